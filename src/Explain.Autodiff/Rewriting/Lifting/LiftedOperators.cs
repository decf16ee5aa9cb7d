using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>The operators that compute the same in blocks of channels as in the plain layout.</summary>
internal static class LiftedOperators
{
    private static readonly FrozenSet<string> Elementwise = new[]
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

    private static int[]? Candidates(Graph graph, NodeProto node, int block)
    {
        if (node.Domain == NativeNodes.Domain)
            return [.. Enumerable.Range(0, Math.Min(Native[node.OpType], node.Input.Count))];
        if (!OperatorName.IsStandard(node.Domain))
            return null;
        if (Elementwise.Contains(node.OpType))
            return OfOneShape(graph, node);
        return node.OpType switch
        {
            "Concat" when node.Int("axis", 0) == 1 => [.. Enumerable.Range(0, node.Input.Count)],
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

    private static bool IsNumber(Graph graph, string value) =>
        graph.Type(value) is { Rank: <= 4 } t && t.FixedFrom(0)?.All(extent => extent == 1) == true;

    private static bool IsOfBlocks(Graph graph, NodeProto node, int block)
    {
        return Number(3) == 1 && (node.InputOrNull(4) is null || Number(4) == 1) && Number(1) is >= 0 and var start && start % block == 0;

        long? Number(int input) => node.InputOrNull(input) is { } name && Tensors.ReadInts(graph.Constant(name)) is [var n] ? n : null;
    }
}
