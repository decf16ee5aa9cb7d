using Explain.Autodiff.Onnx;

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
}
