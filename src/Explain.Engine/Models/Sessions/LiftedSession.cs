using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting.Lifting;
using Explain.Engine.Models.Native;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// Sessions of graphs with nodes of the engine's own. ONNX Runtime reorders maps before and behind such nodes; so it optimises the graph
/// first, then the nodes are moved between the reorderings, and it is opened as it then is.
/// </summary>
internal static class LiftedSession
{
    // They are in memory several times while a session is opened: in a file, in the graph, as its bytes and in the session.
    private const long MostWeights = 256 * 1024 * 1024;

    /// <summary>Opens a graph.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="block">Channels of a block of the layout that ONNX Runtime's convolutions use; null for none.</param>
    /// <param name="create">Makes options for a session.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static InferenceSession Open(Graph model, int? block, Func<SessionOptions> create, CancellationToken cancellation)
    {
        using var options = create();
        NativeDomain.AddTo(options);
        if (block is not { } channels)
            return SessionFactory.Open(model, options, cancellation);
        var lifted = Optimised(model, create, cancellation);
        Lift.Apply(lifted, channels);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return SessionFactory.Open(lifted, options, cancellation);
    }

    /// <summary>What ONNX Runtime makes of a graph, nodes of the engine's own between reorderings.</summary>
    public static Graph Optimised(Graph model, Func<SessionOptions> create, CancellationToken cancellation)
    {
        using var file = new ScratchFile();
        using var weights = new ScratchFile();
        using var options = create();
        NativeDomain.AddTo(options);
        options.OptimizedModelFilePath = file.Path;
        // Apart from the graph, weights are neither parsed nor copied.
        var location = Path.GetFileName(weights.Path);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", location);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
        // Nothing is run here.
        options.IntraOpNumThreads = 1;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        SessionFactory.Open(model, options, cancellation).Dispose();
        if (weights.Length > MostWeights)
            throw new NotSupportedException($"it has {weights.Length} bytes of weights for both directions; {MostWeights} are allowed");
        var optimised = Graph.Parse(File.ReadAllBytes(file.Path));
        EmbeddedWeights.Embed(optimised, location, File.ReadAllBytes(weights.Path));
        return optimised;
    }
}
