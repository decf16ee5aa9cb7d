using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Sequences of different lengths without their padding: the tokens of all, one behind the other, [tokens, …]. Offsets,
/// [batch, positions], say where these lie in [batch · positions], and behind them where the padding does.
/// </summary>
internal static class Unpadded
{
    /// <summary>
    /// From [batch, positions, size] and the lengths, [batch]: the tokens, their offsets, the ends of sequences, the longest.
    /// </summary>
    public static Parts Remove(Forward n)
    {
        var (g, counts) = (n.Graph, Masks.Long(n[1]));
        var isToken = Reshape(Masks.IsLess(Extents.Positions(Extents.Along(n.X, 1)), Unsqueeze(counts, Ints(g, 1))), -1);
        Value Where(Value condition) => Reshape(Emit("NonZero", [condition]).As(DataType.Int64), -1).WithRank(1);
        var tokens = Where(isToken);
        var offsets = Reshape(Concat(0, tokens, Where(Emit("Not", [isToken]))), Extents.Between(n.X, 0, 2)).WithRank(2);
        var ends = Concat(0, Ints(g, 0), Emit("CumSum", [counts, g.Add(Tensors.Scalar(DataType.Int64, 0))])).WithRank(1);
        var longest = Emit("ReduceMax", [counts, Ints(g, 0)]).WithRank(1);
        Value Short(Value x) => Cast(x, DataType.Int32);
        var all = Extents.Reshaped(n.X, 2, Ints(g, -1), Extents.Along(n.X, -1));
        return [Gather(all, tokens, 0).WithRank(2), Short(offsets), Short(ends), Short(longest)];
    }

    /// <summary>Tokens as [batch, positions, size], with zeros for the padding.</summary>
    public static Parts Restore(Forward n) => [Padded(n.X, n[1]).WithRank(3)];

    /// <summary>Attention with the weights of its projections in one matrix.</summary>
    public static Parts Attention(Forward n) =>
        Attend(n, "Attention", [Padded(n.X, n[3]), n[1], n[2]], offsets: 3, bias: [null, n.Optional(5)]);

    /// <summary>Attention of projected queries, keys and values, each by itself or all in one tensor, [tokens, heads, 3, size].</summary>
    public static Parts MultiHeadAttention(Forward n)
    {
        Value? Each(int input) => n.Optional(input) is { } tokens ? Padded(tokens, n[4]).WithRank(n.Has(1) ? 3 : 5) : null;
        return Attend(n, "MultiHeadAttention", [Each(0), Each(1), Each(2), n.Optional(3)], offsets: 4, bias: [n.Optional(6)]);
    }

    // What the operator on padded sequences gives to tokens, when they do not see the padding.
    private static Parts Attend(Forward n, string op, Value?[] operands, int offsets, Value?[] bias)
    {
        var (g, ends) = (n.Graph, Masks.Long(n[offsets + 1]));
        var counts = Slice(ends, Ints(g, 1), Ints(g, long.MaxValue)) - Slice(ends, Ints(g, 0), Ints(g, -1));
        Value?[] inputs = [.. operands, Cast(counts, DataType.Int32).WithRank(1), .. bias];
        var node = Node(op, inputs, 1, n.Node.Attribute.Select(a => a.Clone()));
        node.Domain = OperatorName.Microsoft;
        var padded = new Value(g, node.Output[0], n.X.Element).As(n.X.Element).WithRank(3);
        var all = Extents.Reshaped(padded, 2, Ints(g, -1), Extents.Along(padded, -1));
        return [Gather(all, Tokens(n.X, n[offsets]), 0).WithRank(2)];
    }

    private static Value Padded(Value tokens, Value offsets)
    {
        var rest = Extents.Between(tokens, 1, null);
        var zeros = Fill(Concat(0, Emit("ReduceProd", [Shape(offsets), Ints(tokens.Graph, 0)]), rest), tokens.Element, 0);
        var all = Emit("ScatterND", [zeros, Unsqueeze(Tokens(tokens, offsets), Ints(tokens.Graph, 1)), tokens]);
        return Reshape(all, Concat(0, Shape(offsets), rest));
    }

    private static Value Tokens(Value tokens, Value offsets) =>
        Slice(Reshape(Masks.Long(offsets), -1), Ints(tokens.Graph, 0), Extents.Along(tokens, 0)).WithRank(1);
}
