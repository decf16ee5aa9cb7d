using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>Reachability over a graph's values.</summary>
public static class Walk
{
    /// <summary>Every value of the graph around it that a node reads: its inputs and what its bodies capture, each at least once.</summary>
    public static IEnumerable<string> Reads(NodeProto node)
    {
        var inputs = node.Input.Where(i => i.Length > 0);
        return Bodies.Any(node) ? inputs.Concat(Captures(node)) : inputs;
    }

    /// <summary>The values of the graph around it that a node's bodies read by name.</summary>
    public static IEnumerable<string> Captures(NodeProto node) => Bodies.Of(node).SelectMany(Captures).Distinct();

    /// <summary>
    /// The values <paramref name="roots"/> are computed from, themselves included; what is before <paramref name="stop"/> does not count.
    /// </summary>
    internal static HashSet<string> Ancestors(Graph graph, IEnumerable<string> roots, string? stop = null)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(roots);
        while (open.TryPop(out var value))
        {
            if (!seen.Add(value) || value == stop || graph.Producer(value) is not { } node)
                continue;
            foreach (var input in Reads(node))
                open.Push(input);
        }
        return seen;
    }

    private static IEnumerable<string> Captures(GraphProto body)
    {
        var own = Bodies.Defined(body).ToHashSet();
        return body.Node.SelectMany(Reads).Concat(body.Output.Select(o => o.Name)).Where(n => n.Length > 0 && !own.Contains(n)).Distinct();
    }
}
