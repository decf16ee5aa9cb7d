using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>
/// On processors with wide registers ONNX Runtime computes convolutions, and what it knows around them, in blocks of channels,
/// [N, C / block, H, W, block], and reorders maps before and behind all other operators. In a graph that it has optimised, those between
/// two reorderings that can compute in blocks, too, are moved into them, and nothing is reordered there any more.
/// </summary>
public sealed class Lift
{
    internal const string Nchwc = "com.microsoft.nchwc";

    private readonly Graph _graph;
    private readonly int _block;
    private readonly List<NodeProto> _nodes = [];

    // Maps in blocks, by the names of the same maps in the plain layout.
    private readonly Dictionary<string, string> _blocked = [];

    // The same, by the names under which they are brought into blocks once more, or out of them where both layouts are one.
    private readonly Dictionary<string, string> _again = [];

    // What ONNX Runtime computes in blocks by itself, and, with that, what is moved there.
    private readonly HashSet<string> _native;
    private readonly HashSet<string> _inBlocks;
    private readonly HashSet<string> _ofChannels = [];

    private Lift(Graph graph, int block)
    {
        (_graph, _block) = (graph, block);
        _native = NativeMaps.Find(graph, block);
        _inBlocks = [.. _native];
    }

    /// <summary>Moves what can be moved. No optimisation may follow: ONNX Runtime would take maps in blocks for plain ones.</summary>
    /// <param name="graph">A graph that ONNX Runtime has optimised.</param>
    /// <param name="block">Channels of a block.</param>
    public static void Apply(Graph graph, int block)
    {
        var lift = new Lift(graph, block);
        foreach (var node in graph.Nodes)
            lift.Visit(node);
        graph.Proto.Node.Clear();
        graph.Proto.Node.AddRange(lift._nodes);
        Prune(graph);
        FusedSums.Apply(graph, lift._blocked.Values.ToHashSet());
        FusedScales.Apply(graph, block);
        Swishes.Apply(graph, lift._inBlocks);
        Prune(graph);
        FusedElements.Apply(graph, lift._inBlocks, lift._ofChannels, block);
        Prune(graph);
    }

    // This declares shapes, too, without which ONNX Runtime would not write maps over those that are not needed any more.
    private static void Prune(Graph graph) => graph.SetOutputs([.. graph.Outputs], graph.Inputs.ToHashSet());

    private void Visit(NodeProto node)
    {
        var native = node.Output.Any(_native.Contains);
        for (var i = 0; i < node.Input.Count; i++)
            node.Input[i] = _again.GetValueOrDefault(node.Input[i], node.Input[i]);
        LiftedOperators.SeeThroughExpand(_graph, node);
        if (IsReorder(node, "ReorderInput") && _blocked.TryGetValue(node.Input[0], out var known))
        {
            _again[node.Output[0]] = known;
        }
        else if (IsReorder(node, "ReorderInput") && IsOnePosition(node.Input[0]))
        {
            _again[node.Output[0]] = _blocked[node.Input[0]] = node.Input[0];
        }
        else if (native)
        {
            _nodes.Add(node);
        }
        else if (LiftedOperators.Maps(_graph, node, _block) is { } maps && maps.Any(i => _blocked.ContainsKey(node.Input[i])))
        {
            Move(node, maps);
        }
        else
        {
            _nodes.Add(node);
            if (IsReorder(node, "ReorderOutput"))
                Leave(node);
        }
    }

    private void Leave(NodeProto reorder)
    {
        var (plain, blocked) = (reorder.Output[0], reorder.Input[0]);
        Note(plain, blocked);
        if (IsOnePosition(plain))
            _again[plain] = _blocked[blocked] = blocked;
    }

    // There all layouts are one.
    private bool IsOnePosition(string map) => _graph.Type(map)?.FixedFrom(1) is [var channels, 1, 1] && channels % _block == 0;

    private void Note(string plain, string blocked)
    {
        _blocked[plain] = blocked;
        if (_graph.Type(plain) is { } type && LiftedOperators.Channels(_graph, plain) % _block == 0)
            _graph.Declare(blocked, type);
    }

    private void Move(NodeProto node, IEnumerable<int> maps)
    {
        var repeated = LiftedOperators.Repeated(_graph, node);
        foreach (var i in maps)
            node.Input[i] = InBlocks(node.Input[i]);
        if (repeated is { } operand)
            _ofChannels.Add(node.Input[operand]);
        if (repeated is not null)
            FusedElements.Make(node, node.OpType, [.. node.Input]);
        else if (node.OpType == "ReduceSum")
            FusedElements.MakeSum(node, node.Input[0]);
        var plain = node.Output.ToArray();
        for (var i = 0; i < plain.Length; i++)
        {
            node.Output[i] = IsOnePosition(plain[i]) ? plain[i] : _graph.Fresh("blocked");
            Note(plain[i], node.Output[i]);
        }
        _inBlocks.UnionWith(node.Output);
        if (node.Domain == NativeNodes.Domain)
            node.Set(Of("block", _block));
        _nodes.Add(node);
        _graph.Register(node);
        // Those that nobody reads are dropped at the end.
        foreach (var map in plain.Except(node.Output))
            Reorder("ReorderOutput", _blocked[map], map, Of("channels", LiftedOperators.Channels(_graph, map)));
    }

    private string InBlocks(string map)
    {
        if (_blocked.TryGetValue(map, out var known))
            return known;
        if (IsOnePosition(map))
            return _blocked[map] = map;
        var blocked = _graph.Fresh("blocked");
        Reorder("ReorderInput", map, blocked);
        Note(map, blocked);
        return blocked;
    }

    private void Reorder(string op, string from, string to, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Domain = Nchwc };
        node.Input.Add(from);
        node.Output.Add(to);
        node.Attribute.AddRange([Of("channels_last", 0), .. attributes]);
        _nodes.Add(node);
        _graph.Register(node);
    }

    private static bool IsReorder(NodeProto node, string op) =>
        node.Domain == Nchwc && node.OpType == op && node.Int("channels_last", 0) == 0;
}
