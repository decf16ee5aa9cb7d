using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>Products with weights of a few bits each, several of them in a byte, in blocks with a scale each.</summary>
internal static class PackedWeights
{
    // The numbers behind 4 bits: those of a normal distribution, and a float of 4 bits (Dettmers et al. 2023, appendix E).
    // csharpier-ignore
    private static readonly float[] NormalFloat =
    [
        -1, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f,
        -0.09105003625154495f, 0, 0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f,
        0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1,
    ];

    // csharpier-ignore
    private static readonly float[] Float4 =
    [
        0, 0.005208333333f, 0.66666667f, 1, 0.33333333f, 0.5f, 0.16666667f, 0.25f,
        0, -0.005208333333f, -0.66666667f, -1, -0.33333333f, -0.5f, -0.16666667f, -0.25f,
    ];

    /// <summary>
    /// A times the transposed weights [columns, blocks, bytes], plus a bias. Where rows say their blocks and there are zero
    /// points, too, ONNX Runtime takes others than it documents.
    /// </summary>
    public static Parts ManyBits(Forward n)
    {
        if (n.Has(3) && n.Has(4))
            return "its rows say themselves of which blocks they are, and it has zero points, too";
        var (bits, block, rows, columns) = ((int)n.Int("bits", 4), n.Int("block_size", 32), n.Int("K", 0), n.Int("N", 0));
        var blocks = (rows + block - 1) / block;
        var element = n.X.Element;
        Value Blocks(Value x) => Reshape(x, columns, blocks, 1).WithRank(3);
        var scale = Blocks(n[2]);
        var zero = n.Optional(3) switch
        {
            null => scale.Scalar(1 << (bits - 1)),
            { Element: DataType.Uint8 } packed => Blocks(
                Slice(Reshape(Codes(packed, bits, element), columns, -1), Ints(n.Graph, 0), Ints(n.Graph, blocks), Ints(n.Graph, 1))
            ),
            { } real => Blocks(real),
        };
        var codes = Reshape(Codes(n[1], bits, element), columns, blocks, block).WithRank(3);
        Value Rows(Value x) =>
            Slice(Reshape(x, columns, -1).WithRank(2), Ints(n.Graph, 0), Ints(n.Graph, rows), Ints(n.Graph, 1)).WithRank(2);
        var weights = n.Optional(4) is { } order ? Ordered(order) : Rows((codes - zero) * scale);
        return [FusedLayers.Plus(n, 5, MatMul(n.X, Transpose(weights, 1, 0).WithRank(2)))];

        // Each row says itself which block it is of.
        Value Ordered(Value of)
        {
            Value Each(Value x) => Gather(Reshape(Expand(x, Ints(n.Graph, columns, blocks, 1)), columns, blocks).WithRank(2), of, 1);
            return ((Rows(codes) - Each(zero)) * Each(scale)).WithRank(2);
        }
    }

    /// <summary>A times the transposed weights, which are looked up in one of two tables.</summary>
    public static Parts Looked(Forward n)
    {
        var (block, rows, columns) = (n.Int("block_size", 32), n.Int("K", 0), n.Int("N", 0));
        var table = n.Graph.Add(Tensors.Float([16], n.Int("quant_type", 1) == 1 ? NormalFloat : Float4));
        var count = rows * columns;
        Value Part(Value x) => Slice(Reshape(x, -1), Ints(n.Graph, 0), Ints(n.Graph, count), Ints(n.Graph, 0));
        var bytes = Codes(n[1], 4, DataType.Float);
        // The first of two is the upper half of the byte.
        var codes = Cast(Part(Gather(bytes, Ints(n.Graph, 1, 0), -1)), DataType.Int64);
        var largest = Part(Expand(Reshape(n[2], -1, 1), Ints(n.Graph, (count + block - 1) / block, block)));
        var weights = Reshape(Gather(table, codes, 0) * largest, columns, rows).WithRank(2);
        return [MatMul(n.X, Transpose(weights, 1, 0).WithRank(2))];
    }

    // The numbers in each byte along a new last axis, the lowest bits first.
    private static Value Codes(Value packed, int bits, DataType element)
    {
        var whole = Cast(packed, element);
        if (bits == 8)
            return whole;
        Value Above(int shift) => shift == 0 ? whole : Emit("Floor", [whole * (1.0 / (1 << shift))]);
        var last = Ints(packed.Graph, -1);
        return Concat(
            -1,
            [.. Enumerable.Range(0, 8 / bits).Select(i => (Value?)Unsqueeze(Above(i * bits) - Above((i + 1) * bits) * (1 << bits), last))]
        );
    }
}
