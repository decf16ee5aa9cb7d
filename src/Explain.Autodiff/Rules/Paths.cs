using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>The ways that a derivative takes through a graph.</summary>
public static class Paths
{
    /// <summary>What a shape is computed from are extents, not values.</summary>
    internal static readonly HashSet<string> Extents = ["Shape", "Size", "ConstantOfShape"];

    /// <summary>
    /// Whether <paramref name="to"/> is computed from <paramref name="from"/> by ways that do not pass <paramref name="value"/>, those
    /// included by which no derivative flows: a condition, a shape.
    /// </summary>
    public static bool Around(Graph graph, string from, string to, string value) =>
        to != value && Walk.Ancestors(graph, [to], value).Contains(from);

    /// <summary>
    /// The values that depend on <paramref name="from"/> and on which <paramref name="to"/> depends, both included, as far as a derivative
    /// can flow.
    /// </summary>
    public static IReadOnlySet<string> Between(Graph graph, string from, string to)
    {
        var values = From(graph, [from]);
        values.IntersectWith(Walk.Ancestors(graph, [to]));
        return values;
    }

    /// <summary>
    /// The last node that ends the derivative on a way by which <paramref name="to"/> is computed from <paramref name="from"/>: it gives
    /// whole numbers, as the classes of the largest scores. Null when there is none. Numbers that only say where values lie are no such
    /// way.
    /// </summary>
    public static NodeProto? End(Graph graph, string from, string to)
    {
        var (active, ends, needed) = (From(graph, [from]), new Dictionary<string, NodeProto>(), Walk.Ancestors(graph, [to]));
        foreach (var node in graph.Nodes.Where(n => n.Output.Any(needed.Contains) && !Extents.Contains(n.OpType)))
        {
            var data = Sources(node).ToArray();
            // A tensor may be put together from numbers of both kinds.
            var before = data.Where(ends.ContainsKey).Select(i => ends[i]).LastOrDefault();
            foreach (var output in node.Output)
            {
                if (before is not null)
                    ends[output] = before;
                else if (!active.Contains(output) && data.Any(active.Contains))
                    ends[output] = node;
            }
        }
        return ends.GetValueOrDefault(to);
    }

    /// <summary>
    /// The values through which a change of <paramref name="roots"/> can flow, themselves included.
    /// </summary>
    internal static HashSet<string> From(Graph graph, IEnumerable<string> roots) => From(graph, graph.Nodes, roots);

    /// <summary>The same through some of the nodes.</summary>
    internal static HashSet<string> From(Graph graph, IEnumerable<NodeProto> nodes, IEnumerable<string> roots)
    {
        var active = new HashSet<string>(roots);
        foreach (var node in nodes)
        {
            if (EndAt(node) || !Walk.Reads(node).Any(active.Contains))
                continue;
            foreach (var output in node.Output)
            {
                if (output.Length > 0 && (graph.Type(output)?.CarriesSignal ?? true))
                    active.Add(output);
            }
        }
        return active;
    }

    /// <summary>
    /// The values that an input of the graph has a part in, other than by choosing among constants or by a number without derivative.
    /// </summary>
    internal static HashSet<string> Computed(Graph graph)
    {
        var computed = graph.Around is { } outer ? Computed(outer) : [];
        computed.UnionWith(graph.Inputs);
        foreach (var node in graph.Nodes)
        {
            if (!EndAt(node) && Sources(node).Any(computed.Contains))
                computed.UnionWith(node.Output.Where(o => o.Length > 0));
        }
        return computed;
    }

    /// <summary>
    /// Whether no input of the model has a part in an input of a node: it is a constant, one computed from constants, a selection of one,
    /// or a number without derivative, such as a mask.
    /// </summary>
    internal static bool IsConstant(this Forward n, int index) => n.IsConstant(n.Node.Input[index]);

    /// <summary>The same of any value.</summary>
    internal static bool IsConstant(this Forward n, string value) => !(n.Computed?.Value ?? Computed(n.Graph)).Contains(value);

    // Of what moves a value, the other inputs say where.
    private static IEnumerable<string> Sources(NodeProto node) =>
        node.OpType is not ("Concat" or "Where") && OperatorKinds.Movers.Contains(OperatorName.Of(node))
            ? node.Input.Take(1)
            : Walk.Reads(node);

    /// <summary>Whether what a node computes has no derivative.</summary>
    internal static bool EndAt(NodeProto node) =>
        GradientRules.NotDifferentiable.Contains(node.OpType) || GradientRules.Plain.Find(node)?.EndsAt?.Invoke(node) == true;
}
