using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>com.microsoft's attention with the weights of its three projections in one matrix, on real and on quantised numbers.</summary>
internal static class PackedAttention
{
    /// <summary>On real numbers.</summary>
    public static Parts Real(Forward n) => Attend(n, n.X, n[1], n.Optional(2), mask: 3, past: 4, bias: 5);

    /// <summary>On an input and weights that are quantised.</summary>
    public static Parts Quantised(Forward n)
    {
        Value Dequantised(int value, int scale, int zero, long axis) =>
            Emit("DequantizeLinear", [n[value], n[scale], n.Optional(zero)], Of("axis", axis)).As(n[scale].Element);
        // One scale for all, or one for each column.
        return Attend(n, Dequantised(0, 3, 6, 0), Dequantised(1, 4, 7, 1), n.Optional(2), mask: 5, past: 8, bias: int.MaxValue);
    }

    private static Parts Attend(Forward n, Value x, Value weights, Value? shift, int mask, int past, int bias)
    {
        var masks = new AdditiveMask(n, mask);
        if (masks.WhyNot is { } unknown)
            return unknown;
        if (n.Int("past_present_share_buffer", 0) != 0)
            return "its past lies in a buffer that it writes to";
        if (n.Int("do_rotary", 0) != 0)
            return "it turns its queries and keys itself";
        var projected = MatMul(x.WithRank(3), weights.WithRank(2)).WithRank(3);
        if (shift is { } b)
            projected = (projected + b).WithRank(3);
        var parts = n.Ints("qkv_hidden_sizes", 3) is { } sizes
            ? Node("Split", [projected, Ints(n.Graph, sizes)], 3, [Of("axis", 2L)])
            : Node("Split", [projected], 3, [Of("axis", 2L), Of("num_outputs", 3L)]);
        Value Heads(int i) =>
            DotProduct.Split(new Value(n.Graph, parts.Output[i], x.Element).As(x.Element).WithRank(3), n.Int("num_heads", 1));
        Value? Past(long index) =>
            n.Has(past)
                ? Gather(n[past].WithRank(5), n.Graph.Add(Tensors.Scalar(Onnx.TensorProto.Types.DataType.Int64, index)), 0).WithRank(4)
                : null;

        var (q, k, v) = (Heads(0), DotProduct.After(Past(0), Heads(1)), DotProduct.After(Past(1), Heads(2)));
        var scores = DotProduct.Scores(q, k, n.Float("scale", 0) is not 0 and var scale ? scale : null);
        if (n.Optional(bias) is { } added)
            scores = (scores + added).WithRank(4);
        scores = masks.On(scores, n.Has(past) ? Extents.Along(n[past], 3) : null);
        var mixed = DotProduct.Mix(DotProduct.Weights(scores), v);
        return [DotProduct.Merge(mixed), n.Wants(1) ? Present(k, v) : null];
    }

    private static Value Present(Value k, Value v)
    {
        var first = Ints(k.Graph, 0);
        return Concat(0, Unsqueeze(k, first).WithRank(5), Unsqueeze(v, first).WithRank(5)).WithRank(5);
    }
}
