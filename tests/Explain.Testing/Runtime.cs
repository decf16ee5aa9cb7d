using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Explain.Testing;

/// <summary>A graph opened in ONNX Runtime.</summary>
internal sealed class Runtime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <summary>Opens a graph as it stands, or optimised.</summary>
    public Runtime(Graph graph, bool optimised = false)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = optimised ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(graph.ToBytes(), options);
    }

    private static readonly string[] Unknown =
    [
        "NotImplemented",
        "NOT_IMPLEMENTED",
        "Type 'tensor(double)' of input parameter",
        "bound to different types (tensor(double) and tensor(float)",
    ];

    /// <summary>A session that was opened elsewhere; it is closed with this.</summary>
    public Runtime(InferenceSession session)
    {
        _session = session;
    }

    /// <summary>
    /// Opens a graph, or gives null where ONNX Runtime has no kernel for one of its operators at its element type, or the operator knows no
    /// such type.
    /// </summary>
    public static Runtime? OpenIfThereAreKernels(Graph graph)
    {
        try
        {
            return new Runtime(graph);
        }
        catch (OnnxRuntimeException e) when (Unknown.Any(e.Message.Contains))
        {
            return null;
        }
    }

    /// <summary>Opens, runs and closes a graph.</summary>
    public static Dictionary<string, Tensor> Run(Graph graph, IReadOnlyDictionary<string, Tensor> feeds, bool optimised = false)
    {
        using var runtime = new Runtime(graph, optimised);
        return runtime.Run(feeds);
    }

    /// <summary>Declares on a graph what ONNX Runtime infers of the types of its values.</summary>
    public static void DeclareTypes(Graph graph) => BodyTypes.Declare(graph, model =>
        {
            DeclareOwn(model);
            return true;
        });

    private static void DeclareOwn(Graph graph)
    {
        var probe = new Graph(graph.Model.Clone());
        var loops = BodyTypes.OfLoops(probe);
        foreach (var value in probe.Nodes.SelectMany(n => n.Output).Where(o => o.Length > 0 && !probe.Outputs.Contains(o)).ToArray())
            probe.Proto.Output.Add(new ValueInfoProto { Name = value, Type = loops.GetValueOrDefault(value) });
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var compilation = new OrtModelCompilationOptions(options);
        using var written = new MemoryStream();
        var bytes = probe.ToBytes();
        // ONNX Runtime reads them where they are now, but later.
        using var pinned = bytes.AsMemory().Pin();
        compilation.SetInputModelFromBuffer(bytes);
        compilation.SetGraphOptimizationLevel(GraphOptimizationLevel.ORT_DISABLE_ALL);
        compilation.SetOutputModelWriteDelegate(part => written.Write(part));
        compilation.CompileModel();
        foreach (var info in Graph.Parse(written.ToArray()).Proto.Output)
        {
            if (TensorType.From(info.Type) is { } type)
                graph.Declare(info.Name, type);
        }
    }

    /// <summary>Runs the graph; of the feeds it takes what it has inputs for.</summary>
    public Dictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> feeds)
    {
        var inputs = _session.InputMetadata.ToDictionary(i => i.Key, i => ToOrt(feeds[i.Key], i.Value.ElementDataType));
        try
        {
            using var outputs = _session.Run(_run, inputs, _session.OutputNames);
            return _session.OutputNames.Zip(outputs).ToDictionary(o => o.First, o => FromOrt(o.Second));
        }
        finally
        {
            foreach (var value in inputs.Values)
                value.Dispose();
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static OrtValue ToOrt(Tensor tensor, TensorElementType element) =>
        element switch
        {
            TensorElementType.Double => OrtValue.CreateTensorValueFromMemory((double[])tensor.Values.Clone(), tensor.Shape),
            TensorElementType.Int64 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tensor.Values, v => (long)v), tensor.Shape),
            TensorElementType.Int32 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tensor.Values, v => (int)v), tensor.Shape),
            TensorElementType.Bool => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tensor.Values, v => v != 0), tensor.Shape),
            TensorElementType.Int8 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tensor.Values, v => (sbyte)v), tensor.Shape),
            TensorElementType.UInt8 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tensor.Values, v => (byte)v), tensor.Shape),
            TensorElementType.Float16 => OrtValue.CreateTensorValueFromMemory(
                Array.ConvertAll(tensor.Values, v => (Float16)(float)v),
                tensor.Shape
            ),
            _ => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(tensor.Values, v => (float)v), tensor.Shape),
        };

    private static Tensor FromOrt(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new Tensor(
            info.Shape,
            info.ElementDataType switch
            {
                TensorElementType.Double => value.GetTensorDataAsSpan<double>().ToArray(),
                TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(v => (double)v)],
                TensorElementType.Int32 => [.. value.GetTensorDataAsSpan<int>().ToArray().Select(v => (double)v)],
                TensorElementType.Int8 => [.. value.GetTensorDataAsSpan<sbyte>().ToArray().Select(v => (double)v)],
                TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(v => (double)v)],
                TensorElementType.Float16 => [.. value.GetTensorDataAsSpan<Float16>().ToArray().Select(v => (double)(float)v)],
                TensorElementType.Bool => [.. value.GetTensorDataAsSpan<bool>().ToArray().Select(v => v ? 1.0 : 0.0)],
                _ => [.. value.GetTensorDataAsSpan<float>().ToArray().Select(v => (double)v)],
            }
        );
    }
}
