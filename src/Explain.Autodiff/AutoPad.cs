using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Attributes;

namespace Explain.Autodiff;

/// <summary>Turns <c>auto_pad</c> into explicit <c>pads</c>, the one form that the rules know.</summary>
public static class AutoPad
{
    private static readonly HashSet<string> Windowed = ["Conv", "MaxPool", "AveragePool", "LpPool"];

    /// <summary>Rewrites every window operator of <paramref name="graph"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="types">A graph with the same values and the types they have at the input size in use.</param>
    /// <exception cref="NotSupportedException">A stride above 1 meets an input whose spatial extents are variable: its pads are not constants.</exception>
    public static void Explicit(Graph graph, Graph types)
    {
        foreach (var node in graph.Nodes.Where(n => Windowed.Contains(n.OpType) && n.Find("auto_pad") is not null))
        {
            var mode = node.Remove("auto_pad")!.S.ToStringUtf8();
            if (mode is not ("SAME_UPPER" or "SAME_LOWER")) continue;
            node.Set(Of("pads", Pads(types, node, mode == "SAME_UPPER")));
        }
    }

    private static long[] Pads(Graph types, NodeProto node, bool upper)
    {
        var kernel = node.Ints("kernel_shape") ?? types.Type(node.Input[1])?.FixedFrom(2)
            ?? throw new NotSupportedException($"the kernel of {node.OpType} '{node.Name}' has no fixed size");
        var ones = Enumerable.Repeat(1L, kernel.Length).ToArray();
        var (strides, dilations) = (node.Ints("strides") ?? ones, node.Ints("dilations") ?? ones);
        var dims = types.Type(node.Input[0])?.Dims;
        var totals = kernel.Select((k, i) =>
        {
            var reach = dilations[i] * (k - 1);
            if (strides[i] == 1) return reach;
            var extent = dims?[i + 2].Size ?? throw new NotSupportedException(
                $"{node.OpType} '{node.Name}' pads automatically with stride {strides[i]} and an input of variable size; give the input a fixed size");
            return Math.Max(((extent + strides[i] - 1) / strides[i] - 1) * strides[i] + reach + 1 - extent, 0);
        }).ToArray();
        var smaller = totals.Select(t => t / 2).ToArray();
        var larger = totals.Select(t => t - t / 2).ToArray();
        return upper ? [.. smaller, .. larger] : [.. larger, .. smaller];
    }
}
