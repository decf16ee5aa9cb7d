using System.Globalization;
using System.IO.MemoryMappedFiles;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Engine.Models.Native;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// What ONNX Runtime makes of a graph. Large weights are in a file in memory, and sessions use them where they lie there: for both
/// directions of a large model they would else be copied four times.
/// </summary>
internal sealed class OptimisedGraph : IDisposable
{
    private const int LargeBytes = 64 * 1024;
    private const long MostBytes = 256 * 1024 * 1024;
    private const string Folder = "session.model_external_initializers_file_folder_path";

    // That it is there is all that ONNX Runtime wants of a file whose values are given: its own path has no links in it.
    private static readonly string Somewhere = Environment.ProcessPath!;

    private readonly ScratchFile _weights = new();
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;

    /// <summary>Optimises a graph.</summary>
    /// <param name="model">The graph; it may have nodes of the engine's own.</param>
    /// <param name="create">Makes options for a session.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it, or there are too many weights.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public OptimisedGraph(Graph model, Func<SessionOptions> create, CancellationToken cancellation)
    {
        try
        {
            Graph = Optimise(model, create, cancellation);
            if (_weights.Length > MostBytes)
                throw new NotSupportedException($"it has {_weights.Length} bytes of weights for both directions; {MostBytes} are allowed");
            if (_weights.Length == 0)
                return;
            _map = MemoryMappedFile.CreateFromFile(_weights.Path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The graph; its large weights are not in it.</summary>
    public Graph Graph { get; }

    /// <summary>Opens the graph as it is now.</summary>
    /// <param name="options">Of the session.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A session that takes this over.</returns>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public InferenceSession Open(SessionOptions options, CancellationToken cancellation)
    {
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.AddSessionConfigEntry(Folder, Path.GetDirectoryName(Somewhere)!);
        var values = new List<OrtValue>();
        try
        {
            foreach (var tensor in Graph.Proto.Initializer.Where(t => t.ExternalData.Count > 0))
            {
                var value = Value(tensor);
                values.Add(value);
                options.AddInitializer(tensor.Name, value);
                tensor.ExternalData.Single(e => e.Key == "location").Value = Path.GetFileName(Somewhere);
            }
            return SessionFactory.Open(Graph, options, bytes => new Session(bytes, options, this), cancellation);
        }
        finally
        {
            // Sessions keep what they use of them.
            values.ForEach(v => v.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _map?.Dispose();
        _weights.Dispose();
    }

    private Graph Optimise(Graph model, Func<SessionOptions> create, CancellationToken cancellation)
    {
        using var file = new ScratchFile();
        using var options = create();
        NativeDomain.AddTo(options);
        options.OptimizedModelFilePath = file.Path;
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", Path.GetFileName(_weights.Path));
        options.AddSessionConfigEntry(
            "session.optimized_model_external_initializers_min_size_in_bytes",
            LargeBytes.ToString(CultureInfo.InvariantCulture)
        );
        // Nothing is run here.
        options.IntraOpNumThreads = 1;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        SessionFactory.Open(model, options, cancellation).Dispose();
        return Graph.Parse(File.ReadAllBytes(file.Path));
    }

    private OrtValue Value(TensorProto tensor) =>
        OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            (TensorElementType)tensor.DataType,
            [.. tensor.Dims],
            _view!.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)Number(tensor, "offset"),
            Number(tensor, "length")
        );

    private static long Number(TensorProto tensor, string key) =>
        long.Parse(tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value ?? "0", CultureInfo.InvariantCulture);

    private sealed class Session(byte[] graph, SessionOptions options, OptimisedGraph weights) : InferenceSession(graph, options)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
                weights.Dispose();
        }
    }
}
