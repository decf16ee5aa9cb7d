using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>The operators that compute the same in blocks of channels as in the plain layout.</summary>
internal static class LiftedOperators
{
    /// <summary>Those that compute each number from the numbers at its place.</summary>
    public static readonly FrozenSet<string> Elementwise = new[]
    {
        "Abs",
        "Add",
        "Clip",
        "Div",
        "Elu",
        "Exp",
        "HardSigmoid",
        "HardSwish",
        "LeakyRelu",
        "Mul",
        "Neg",
        "Relu",
        "Sigmoid",
        "Sqrt",
        "Sub",
        "Sum",
        "Tanh",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> OfTwo = new[] { "Add", "Div", "Mul", "Sub" }.ToFrozenSet();

    // How many of the first inputs are maps.
    private static readonly FrozenDictionary<string, int> Native = new Dictionary<string, int>
    {
        ["Mask"] = 2,
        ["MaxPoolGrad"] = 3,
        ["Col2Im"] = 2,
        ["DepthwiseGrad"] = 1,
    }.ToFrozenDictionary();

    /// <summary>The inputs of a node that are maps, if it can compute in blocks; else null.</summary>
    public static int[]? Maps(Graph graph, NodeProto node, int block)
    {
        var maps = Candidates(graph, node, block);
        return
            maps is not null
            && maps.Select(i => node.Input[i]).Concat(node.Output).All(map => Channels(graph, map) is > 0 and var c && c % block == 0)
            ? maps
            : null;
    }

    /// <summary>Channels of a map, [N, C, H, W]; 0 for what is none, or where they are not known.</summary>
    public static long Channels(Graph graph, string map) =>
        graph.Type(map) is { Rank: 4 } type && type.FixedFrom(1) is [var channels, _, _] ? channels : 0;

    /// <summary>Which operand of two has a number for every channel, [N, C, 1, 1], where the other is a map; else null.</summary>
    public static int? Repeated(Graph graph, NodeProto node)
    {
        if (!OfTwo.Contains(node.OpType) || !OperatorName.IsStandard(node.Domain))
            return null;
        if (Extents(graph, node.Input[0]) is not { } a || Extents(graph, node.Input[1]) is not { } b || a[0] != b[0] || a.SequenceEqual(b))
            return null;
        return a is [_, 1, 1] ? 0
            : b is [_, 1, 1] ? 1
            : null;
    }

    /// <summary>Lets an operator on two maps repeat by itself what is repeated over the positions for it.</summary>
    public static void SeeThroughExpand(Graph graph, NodeProto node)
    {
        if (!OfTwo.Contains(node.OpType) || !OperatorName.IsStandard(node.Domain))
            return;
        for (var i = 0; i < 2; i++)
        {
            if (
                graph.Producer(node.Input[i]) is { OpType: "Expand" } expand
                && OperatorName.IsStandard(expand.Domain)
                && Extents(graph, expand.Input[0]) is [_, 1, 1]
                && graph.Type(node.Input[i])?.Dims is { Count: 4 } wide
                && graph.Type(node.Input[1 - i])?.Dims is { Count: 4 } other
                && wide.Zip(other).All(d => d.First.SameAs(d.Second))
            )
            {
                node.Input[i] = expand.Input[0];
            }
        }
    }

    private static long[]? Extents(Graph graph, string map) => graph.Type(map) is { Rank: 4 } type ? type.FixedFrom(1) : null;

    private static int[]? Candidates(Graph graph, NodeProto node, int block)
    {
        if (node.Domain == NativeNodes.Domain)
            return [.. Enumerable.Range(0, Math.Min(Native[node.OpType], node.Input.Count))];
        if (!OperatorName.IsStandard(node.Domain))
            return null;
        if (Elementwise.Contains(node.OpType))
            return OfOneShape(graph, node) ?? OfChannels(graph, node);
        return node.OpType switch
        {
            "Concat" when node.Int("axis", 0) == 1 => [.. Enumerable.Range(0, node.Input.Count)],
            "ReduceSum" when IsOverPositions(graph, node) => [0],
            "Split" when node.Int("axis", 0) == 1 => [0],
            "Slice" when IsOfBlocks(graph, node, block) => [0],
            _ => null,
        };
    }

    // Single numbers aside, all operands; batches may be repeated. The result has their shape, which need not have been inferred.
    private static int[]? OfOneShape(Graph graph, NodeProto node)
    {
        int[] maps = [.. Enumerable.Range(0, node.Input.Count).Where(i => node.Input[i].Length > 0 && !IsNumber(graph, node.Input[i]))];
        TensorType?[] types = [.. maps.Select(i => graph.Type(node.Input[i]))];
        if (types is not [{ Rank: 4 } first, ..] || first.FixedFrom(1) is not { } shape)
            return null;
        if (!types.All(t => t is { Rank: 4 } && t.FixedFrom(1) is { } other && other.SequenceEqual(shape)))
            return null;
        if (graph.Type(node.Output[0])?.Rank is null)
            graph.Declare(node.Output[0], types.FirstOrDefault(t => t!.Dims![0].Size != 1) ?? first);
        return maps;
    }

    // Of two maps one has a single position.
    private static int[]? OfChannels(Graph graph, NodeProto node)
    {
        if (Repeated(graph, node) is not { } repeated)
            return null;
        if (graph.Type(node.Output[0])?.Rank is null)
        {
            var (map, batch) = (graph.Type(node.Input[1 - repeated])!, graph.Type(node.Input[repeated])!.Dims![0]);
            graph.Declare(node.Output[0], map.Dims![0].Size == 1 ? map with { Dims = [batch, .. map.Dims.Skip(1)] } : map);
        }
        return [0, 1];
    }

    private static bool IsOverPositions(Graph graph, NodeProto node)
    {
        if (node.Int("keepdims", 1) == 0 || node.InputOrNull(1) is not { } axes || graph.Type(node.Input[0]) is not { Rank: 4 } type)
            return false;
        if (Tensors.ReadInts(graph.Constant(axes))?.Select(a => a < 0 ? a + 4 : a).Order().SequenceEqual([2L, 3]) != true)
            return false;
        if (graph.Type(node.Output[0])?.Rank is null)
            graph.Declare(node.Output[0], type with { Dims = [.. type.Dims!.Take(2), 1, 1] });
        return true;
    }

    private static bool IsNumber(Graph graph, string value) =>
        graph.Type(value) is { Rank: <= 4 } t && t.FixedFrom(0)?.All(extent => extent == 1) == true;

    private static bool IsOfBlocks(Graph graph, NodeProto node, int block)
    {
        return Number(3) == 1 && (node.InputOrNull(4) is null || Number(4) == 1) && Number(1) is >= 0 and var start && start % block == 0;

        long? Number(int input) => node.InputOrNull(input) is { } name && Tensors.ReadInts(graph.Constant(name)) is [var n] ? n : null;
    }
}
