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
        var optimised = new OptimisedGraph(model, create, cancellation);
        try
        {
            Lift.Apply(optimised.Graph, channels);
            return optimised.Open(options, cancellation);
        }
        catch
        {
            optimised.Dispose();
            throw;
        }
    }
}
