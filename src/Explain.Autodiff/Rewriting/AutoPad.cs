using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting;

/// <summary>Turns <c>auto_pad</c> into explicit <c>pads</c>, the one form that the rules know.</summary>
public static class AutoPad
{
    private static readonly HashSet<string> Windowed = ["Conv", "MaxPool", "AveragePool", "LpPool"];

    /// <summary>Rewrites every window operator of <paramref name="graph"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="types">A graph with the same values and the types they have at the input size in use.</param>
    /// <exception cref="NotSupportedException">A stride above 1 meets an input whose spatial extents are variable: its pads are not
    /// constants.</exception>
    public static void Explicit(Graph graph, Graph types)
    {
        Rewrite(graph, types);
        foreach (var (body, own) in Bodies.WithAll(graph).Zip(Bodies.WithAll(types)).Skip(1))
        {
            try
            {
                Rewrite(body, own);
            }
            // There, the gradient says so (StaysAutomatic); predictions need no pads.
            catch (NotSupportedException) { }
        }
    }

    /// <summary>Whether a node of a body pads automatically still.</summary>
    internal static bool StaysAutomatic(GraphProto body) =>
        body.Node.Any(n => n.String("auto_pad", "").StartsWith("SAME", StringComparison.Ordinal) || Bodies.Of(n).Any(StaysAutomatic));

    private static void Rewrite(Graph graph, Graph types)
    {
        foreach (var node in graph.Nodes.Where(n => n.OpType == "ConvTranspose"))
            Transposed(node, types);
        foreach (var node in graph.Nodes.Where(n => Windowed.Contains(n.OpType) && n.Find("auto_pad") is not null))
        {
            var mode = node.Find("auto_pad")!.S.ToStringUtf8();
            if (mode is "SAME_UPPER" or "SAME_LOWER")
                node.Set(Of("pads", Pads(types, node, mode == "SAME_UPPER")));
            node.Remove("auto_pad");
        }
    }

    // What is to come out decides how much is cut off at both ends.
    private static void Transposed(NodeProto node, Graph types)
    {
        var (mode, wanted) = (node.String("auto_pad", "NOTSET"), node.Ints("output_shape"));
        var same = mode is "SAME_UPPER" or "SAME_LOWER";
        if (!same && wanted is null)
        {
            node.Remove("auto_pad");
            return;
        }
        var kernel = node.Ints("kernel_shape") ?? types.Type(node.Input[1])?.FixedFrom(2);
        // Without a gradient it works all the same; the rule says what is missing.
        if (kernel is null || types.Type(node.Input[0])?.FixedFrom(2) is not { } extents)
            return;
        var ones = Enumerable.Repeat(1L, kernel.Length).ToArray();
        var (strides, dilations, added) = (
            node.Ints("strides") ?? ones,
            node.Ints("dilations") ?? ones,
            node.Ints("output_padding") ?? new long[kernel.Length]
        );
        var more = kernel
            .Select(
                (k, i) =>
                    strides[i] * (extents[i] - 1)
                    + added[i]
                    + (k - 1) * dilations[i]
                    + 1
                    - (wanted is null ? extents[i] * strides[i] : wanted[wanted.Length - kernel.Length + i])
            )
            .ToArray();
        var cut = more.Select(m => Math.Max(m, 0)).ToArray();
        var smaller = cut.Select(t => t / 2).ToArray();
        var larger = cut.Select(t => t - t / 2).ToArray();
        node.Remove("auto_pad");
        node.Remove("output_shape");
        if (more.Any(m => m < 0))
            node.Set(Of("output_padding", more.Select((m, i) => added[i] + Math.Max(-m, 0))));
        node.Set(Of("pads", mode == "SAME_UPPER" ? [.. smaller, .. larger] : [.. larger, .. smaller]));
    }

    private static long[] Pads(Graph types, NodeProto node, bool upper)
    {
        var kernel = node.Ints("kernel_shape")
            ?? types.Type(node.Input[1])?.FixedFrom(2)
            ?? throw new NotSupportedException($"the kernel of {node.OpType} '{node.Name}' has no fixed size");
        var ones = Enumerable.Repeat(1L, kernel.Length).ToArray();
        var (strides, dilations) = (node.Ints("strides") ?? ones, node.Ints("dilations") ?? ones);
        var dims = types.Type(node.Input[0])?.Dims;
        var totals = kernel
            .Select(
                (k, i) =>
                {
                    var reach = dilations[i] * (k - 1);
                    if (strides[i] == 1)
                        return reach;
                    var extent = dims?[i + 2].Size
                        ?? throw new NotSupportedException(
                            $"{node.OpType} '{node.Name}' pads automatically with stride {strides[i]} and an input of variable size; "
                                + "give the input a fixed size"
                        );
                    return Math.Max(((extent + strides[i] - 1) / strides[i] - 1) * strides[i] + reach + 1 - extent, 0);
                }
            )
            .ToArray();
        var smaller = totals.Select(t => t / 2).ToArray();
        var larger = totals.Select(t => t - t / 2).ToArray();
        return upper ? [.. smaller, .. larger] : [.. larger, .. smaller];
    }
}
