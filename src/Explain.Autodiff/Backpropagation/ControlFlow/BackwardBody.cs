using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>The bodies of nodes in the backward pass.</summary>
internal static class BackwardBody
{
    /// <summary>A body that is still to be filled.</summary>
    public static Graph Empty(Graph around, string name) => around.Inner(new GraphProto { Name = around.Fresh($"{name}/backward") });

    /// <summary>The outputs of a pasted body that have cotangents, each once.</summary>
    /// <param name="graph">The graph that the body was pasted into.</param>
    /// <param name="outputs">The body's outputs there.</param>
    /// <param name="cotangent">The cotangent of an output, of this graph or one around it.</param>
    public static IReadOnlyList<(Value Output, Value Cotangent)> Seeds(Graph graph, string[] outputs, Func<int, Value?> cotangent) =>
        [
            .. outputs
                .Select((name, i) => (name, Cotangent: cotangent(i)))
                .Where(p => p.Cotangent is not null)
                .GroupBy(p => p.name, p => graph[p.Cotangent!.Value.Name])
                .Select(g => (graph[g.Key], g.Aggregate((a, b) => a + b))),
        ];

    /// <summary>An output of a node, as the gradient with respect to a value.</summary>
    public static Value Result(Graph graph, string output, Value of)
    {
        graph.Declare(output, FlowNode.CotangentType(of));
        return graph[output];
    }
}
