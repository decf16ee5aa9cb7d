using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>Sums of the embeddings of words, positions and segments, normalised, with real and with quantised tables.</summary>
internal static class EmbeddedWords
{
    private const float Epsilon = 1e-12f;

    // Scales and zero points come behind all tables, in their order.
    private const int ToScale = 6;
    private const int ToZero = 11;

    /// <summary>Real tables.</summary>
    public static Parts Real(Forward n) => Apply(n, [n[2], n[3], n.Optional(4)], n[5], n[6], mask: 7, n.Optional(8));

    /// <summary>Tables of 8-bit integers, each with a scale and a zero point.</summary>
    public static Parts Quantised(Forward n)
    {
        Value? Dequantised(int input) =>
            n.Has(input) ? Emit("DequantizeLinear", [n[input], n[input + ToScale], n.Optional(input + ToZero)]).As(DataType.Float) : null;
        return Apply(n, [Dequantised(2), Dequantised(3), Dequantised(4)], Dequantised(5)!.Value, Dequantised(6)!.Value, mask: 7, null);
    }

    private static Parts Apply(Forward n, Value?[] tables, Value scale, Value shift, int mask, Value? positions)
    {
        var words = Gather(tables[0]!.Value, n.X, 0).WithRank(3);
        var at = positions ?? Extents.Positions(Extents.Along(n.X, 1));
        var sum = words + Gather(tables[1]!.Value, at, 0);
        if (tables[2] is { } segments)
            sum = (sum + Gather(segments, n[1], 0)).WithRank(3);
        var y = Emit("LayerNormalization", [sum, scale, shift], Of("axis", -1L), Of("epsilon", n.Float("epsilon", Epsilon)));
        return [y, n.Wants(1) ? Counted(n, mask) : null, sum];
    }

    // How many words of each sentence are seen; 0 without a mask.
    private static Value Counted(Forward n, int mask) =>
        n.Has(mask)
            ? Emit("ReduceSum", [n[mask], Ints(n.Graph, 1)], Of("keepdims", 0))
            : Cast(Fill(Extents.Along(n.X, 0), DataType.Int64, 0), DataType.Int32);
}
