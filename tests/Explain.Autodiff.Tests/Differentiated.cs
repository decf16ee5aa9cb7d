using Explain.Autodiff.Backpropagation;

namespace Explain.Autodiff.Tests;

/// <summary>Models with what a query asks of them.</summary>
internal static class Differentiated
{
    /// <summary>The graph of a query that there is one for.</summary>
    public static Graphs.Graph Graph(Graphs.Graph model, GradientQuery query)
    {
        Assert.True(ExplainGraph.TryBuild(model, query, out var graph, out var reason), reason);
        return graph;
    }

    /// <summary>Why there is none.</summary>
    public static string Refusal(Graphs.Graph model, GradientQuery query)
    {
        Assert.False(ExplainGraph.TryBuild(model, query, out _, out var reason));
        return reason!;
    }
}
