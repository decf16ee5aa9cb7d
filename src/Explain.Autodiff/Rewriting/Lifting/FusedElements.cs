using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>
/// Elementwise nodes in blocks of channels, of which one computes for others alone, become one node of the engine's own, which passes over
/// its maps once.
/// </summary>
internal sealed class FusedElements
{
    /// <summary>The node's operator. It has a <c>program</c>, and gives the sum over the positions where <c>sum</c> is 1.</summary>
    public const string Operator = "Elementwise";

    private const int MostOperands = 8;
    private const int MostSteps = 24;

    /// <summary>What such a node can compute.</summary>
    public static readonly FrozenSet<string> Known = new[]
    {
        "Abs",
        "Add",
        "Div",
        "Exp",
        "Mul",
        "Neg",
        "Sigmoid",
        "Sqrt",
        "Sub",
        "Tanh",
    }.ToFrozenSet();

    private readonly Graph _graph;
    private readonly IReadOnlySet<string> _inBlocks;
    private readonly IReadOnlySet<string> _ofChannels;
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<NodeProto, int> _positions = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<string, NodeProto> _readers;
    private readonly HashSet<string> _done = [];

    private FusedElements(Graph graph, IReadOnlySet<string> inBlocks, IReadOnlySet<string> ofChannels)
    {
        (_graph, _inBlocks, _ofChannels) = (graph, inBlocks, ofChannels);
        foreach (var (i, node) in graph.Nodes.Index())
        {
            _positions[node] = i;
            foreach (var output in node.Output)
                _producers[output] = node;
        }
        _readers = graph.Nodes.SelectMany(n => Walk.Reads(n).Select(r => (Value: r, Node: n))).ToLookup(r => r.Value, r => r.Node);
    }

    /// <summary>Fuses what can be fused.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inBlocks">What is computed in blocks.</param>
    /// <param name="ofChannels">Operands that are repeated over the positions.</param>
    /// <param name="block">Channels of a block.</param>
    public static void Apply(Graph graph, IReadOnlySet<string> inBlocks, IReadOnlySet<string> ofChannels, int block)
    {
        var fused = new FusedElements(graph, inBlocks, ofChannels);
        foreach (var node in graph.Nodes.Reverse())
        {
            if (fused.Group(node) is { } group)
                fused.Replace(node, group, block);
        }
    }

    /// <summary>Makes a node one of the engine's own, with one step.</summary>
    public static void Make(NodeProto node, string step, params string[] operands) =>
        Become(node, $"{step} {string.Join(' ', Enumerable.Range(0, operands.Length))}", operands, sum: false);

    /// <summary>Makes a node one of the engine's own that gives the sums of a map over the positions.</summary>
    public static void MakeSum(NodeProto node, string map) => Become(node, "", [map], sum: true);

    // The node and those that compute for it alone, in their order.
    private List<NodeProto>? Group(NodeProto root)
    {
        if (!CanCompute(root) || _done.Contains(root.Output[0]))
            return null;
        List<NodeProto> group = [root];
        while (group.Count < MostSteps && Next(group) is { } next)
            group.Add(next);
        group.Sort((a, b) => _positions[a].CompareTo(_positions[b]));
        return group;
    }

    private NodeProto? Next(List<NodeProto> group)
    {
        var operands = Operands(group);
        return operands
            .Where(o => !_ofChannels.Contains(o))
            .Select(o => _producers.GetValueOrDefault(o))
            .FirstOrDefault(n =>
                n is not null
                && CanCompute(n)
                && !IsSum(n)
                && operands.Union(n.Input).Count() - 1 <= MostOperands
                && IsReadIn(group, n.Output[0])
            );
    }

    private bool IsReadIn(List<NodeProto> group, string value) =>
        !_graph.Outputs.Contains(value) && _readers[value].All(reader => group.Any(n => ReferenceEquals(n, reader)));

    private bool CanCompute(NodeProto node) =>
        node.Domain == NativeNodes.Domain
            ? node.OpType == Operator
            : OperatorName.IsStandard(node.Domain) && Known.Contains(node.OpType) && _inBlocks.Contains(node.Output[0]);

    private static bool IsSum(NodeProto node) => node.Int("sum", 0) != 0;

    private static string[] Operands(List<NodeProto> group)
    {
        var inside = group.Select(n => n.Output[0]).ToHashSet();
        return [.. group.SelectMany(n => n.Input).Where(i => !inside.Contains(i)).Distinct()];
    }

    private void Replace(NodeProto root, List<NodeProto> group, int block)
    {
        if (group.Count == 1 && root.Domain != NativeNodes.Domain)
            return;
        List<string> values = [.. Operands(group)];
        var operands = values.Count;
        var steps = new List<string>();
        foreach (var node in group.Where(n => !ReferenceEquals(n, root) || !IsSum(n)))
        {
            var name = node.Domain == NativeNodes.Domain ? node.String("program", "").Split(' ')[0] : node.OpType;
            steps.Add($"{name} {string.Join(' ', node.Input.Select(i => values.IndexOf(i)))}");
            values.Add(node.Output[0]);
            _done.Add(node.Output[0]);
        }
        Become(root, string.Join(';', steps), [.. values.Take(operands)], IsSum(root));
        root.Set(Of("block", block));
    }

    private static void Become(NodeProto node, string program, string[] operands, bool sum)
    {
        (node.OpType, node.Domain) = (Operator, NativeNodes.Domain);
        node.Input.Clear();
        node.Input.AddRange(operands);
        node.Attribute.Clear();
        node.Attribute.AddRange([Of("program", program), Of("sum", sum ? 1 : 0)]);
    }
}
