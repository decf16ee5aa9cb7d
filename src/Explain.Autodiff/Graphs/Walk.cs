using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Graphs;

/// <summary>Reachability over a graph's values.</summary>
internal static class Walk
{
    /// <summary>Every name a node reads, its subgraphs' outer names included.</summary>
    public static IEnumerable<string> Reads(NodeProto node) =>
        node
            .Input.Where(i => i.Length > 0)
            .Concat(
                node.Attribute.SelectMany(a => a.Graphs.Append(a.G))
                    .Where(g => g is not null)
                    .SelectMany(g => g!.Node.SelectMany(Reads).Concat(g.Output.Select(o => o.Name)))
            );

    /// <summary>The values <paramref name="roots"/> are computed from, themselves included.</summary>
    public static HashSet<string> Ancestors(Graph graph, IEnumerable<string> roots)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(roots);
        while (open.TryPop(out var value))
        {
            if (!seen.Add(value) || graph.Producer(value) is not { } node)
                continue;
            foreach (var input in Reads(node))
                open.Push(input);
        }
        return seen;
    }

    /// <summary>
    /// The values through which a change of <paramref name="roots"/> can flow, themselves included; <paramref name="stop"/> keeps it from
    /// flowing on.
    /// </summary>
    public static HashSet<string> Differentiable(Graph graph, IEnumerable<string> roots, string? stop = null)
    {
        var active = new HashSet<string>(roots);
        foreach (var node in graph.Nodes)
        {
            if (Stops(node) || !Reads(node).Any(active.Contains))
                continue;
            foreach (var output in node.Output)
            {
                if (output.Length > 0 && output != stop && (graph.Type(output)?.CarriesSignal ?? true))
                    active.Add(output);
            }
        }
        return active;
    }

    // A number cut to an integer has no derivative, whatever is computed from it; neither has a step.
    private static bool Stops(NodeProto node) =>
        GradientRules.NotDifferentiable.Contains(node.OpType)
        || Ops.IsStep(node)
        || (node.OpType == "Cast" && !new TensorType((TensorProto.Types.DataType)node.Int("to", 0), null).IsFloat);
}
