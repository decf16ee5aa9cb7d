using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting.Lifting;
using Explain.Engine.Models.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients by the engine's own operators, in the plain layout and in blocks of channels.</summary>
internal static class Native
{
    private static readonly Lazy<int?> Block = new(() => new NativeSupport(asked: true, NullLogger.Instance).Block);

    /// <summary>Channels of a block on this machine; a test that asks where there are none is skipped.</summary>
    public static int Channels
    {
        get
        {
            Assert.SkipWhen(Block.Value is null, "convolutions do not compute in blocks of channels here");
            return Block.Value!.Value;
        }
    }

    /// <summary>What the graph computes, in every layout: nothing where it has no operators of the engine's own.</summary>
    public static IEnumerable<Dictionary<string, Tensor>> Run(Graph graph, IReadOnlyDictionary<string, Tensor> feeds) =>
        !NativeNodes.In(graph) ? []
        : Block.Value is null ? [Run(graph, feeds, null)]
        : [Run(graph, feeds, null), Run(graph, feeds, Block.Value)];

    /// <summary>Opens a graph as it is served; null where it has no operators of the engine's own.</summary>
    public static InferenceSession? Open(Graph graph) =>
        NativeNodes.In(graph) ? LiftedSession.Open(graph, Block.Value, Options, CancellationToken.None) : null;

    /// <summary>What ONNX Runtime makes of a graph, with what is moved into blocks.</summary>
    public static Graph Lifted(Graph graph)
    {
        using var optimised = new OptimisedGraph(graph.Clone(), Options, CancellationToken.None);
        Lift.Apply(optimised.Graph, Channels);
        return optimised.Graph;
    }

    private static Dictionary<string, Tensor> Run(Graph graph, IReadOnlyDictionary<string, Tensor> feeds, int? block)
    {
        using var runtime = new Runtime(LiftedSession.Open(graph.Clone(), block, Options, CancellationToken.None));
        return runtime.Run(feeds);
    }

    private static SessionOptions Options()
    {
        var options = SessionFactory.Common(null);
        options.IntraOpNumThreads = 2;
        return options;
    }
}
