using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>
/// The gradient of an <c>If</c>: on the same condition, the gradient of the branch that was taken. What a branch does not depend on gets
/// zeros from it.
/// </summary>
internal static class BranchGradient
{
    private static readonly string[] Branches = ["then_branch", "else_branch"];

    /// <summary>The rule.</summary>
    public static IEnumerable<(string Value, Value Gradient)> Gradients(FlowNode n)
    {
        string[] wanted = [.. Walk.Captures(n.Node).Where(n.Active.Contains)];
        var branches = Branches.Select(b => Differentiated(n, b, wanted)).ToArray();
        string[] reached = [.. wanted.Where(w => branches.Any(b => b.Gradients.ContainsKey(w)))];
        if (reached.Length == 0)
            return [];
        foreach (var (graph, gradients) in branches)
            Bodies.Close(graph, [.. reached.Select(w => gradients.TryGetValue(w, out var g) ? g : FlowNode.Zeros(graph[w]))], []);
        var node = n.Graph.Append(
            "If",
            [n.Node.Input[0]],
            reached.Length,
            branches.Zip(Branches, (graph, name) => Of(name, graph.Graph.Proto))
        );
        return reached.Zip(node.Output, (value, output) => (value, BackwardBody.Result(n.Graph, output, n.Graph[value])));
    }

    private static (Graph Graph, IReadOnlyDictionary<string, Value> Gradients) Differentiated(FlowNode n, string branch, string[] wanted)
    {
        var graph = BackwardBody.Empty(n.Graph, branch);
        var outputs = Bodies.Paste(graph, 0, n.Body(branch), [], graph.Fresh);
        return (graph, n.Differentiate(graph, BackwardBody.Seeds(graph, outputs, n.CotangentOf), wanted));
    }
}
