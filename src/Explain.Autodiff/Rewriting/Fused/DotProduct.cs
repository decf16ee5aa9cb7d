using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// The parts of scaled dot-product attention (Vaswani et al. 2017, equation 1) over heads: queries are [batch, heads, queries, size], keys
/// and values [batch, groups, keys, size], and heads of one group share keys and values (Ainslie et al. 2023).
/// </summary>
internal static class DotProduct
{
    /// <summary>[batch, positions, heads · size] as [batch, heads, positions, size].</summary>
    public static Value Split(Value x, long heads) => Transpose(Reshape(x, 0, 0, heads, -1).WithRank(4), 0, 2, 1, 3).WithRank(4);

    /// <summary>[batch, heads, positions, size] as [batch, positions, heads · size].</summary>
    public static Value Merge(Value x) => Reshape(Transpose(x, 0, 2, 1, 3).WithRank(4), 0, 0, -1).WithRank(3);

    /// <summary>What came before, and then <paramref name="x"/>.</summary>
    public static Value After(Value? past, Value x) => past is { } before ? Concat(2, before, x).WithRank(4) : x;

    /// <summary>Products of all queries and keys: [batch, heads, queries, keys].</summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="scale">Factor of the products; null for one over the root of the size of a head.</param>
    public static Value Scores(Value q, Value k, float? scale)
    {
        var scaled = scale is { } factor ? q * factor : q / Emit("Sqrt", [Cast(Extents.Along(q, 3), q.Element)]);
        return MatMul(scaled.WithRank(4), TransposeMatrix(Repeated(k, q), 4)).WithRank(4);
    }

    /// <summary>Scores that no longer grow at <paramref name="cap"/>; all of them when it is 0.</summary>
    public static Value Capped(Value scores, float cap) => cap > 0 ? (Emit("Tanh", [scores * (1.0 / cap)]) * cap).WithRank(4) : scores;

    /// <summary>The lowest number, whose part in a softmax is none, where a position is not seen.</summary>
    public static Value Seen(Value scores, Value condition) => Where(condition, scores, scores.Scalar(float.MinValue)).WithRank(4);

    /// <summary>The softmax of scores over all keys.</summary>
    public static Value Weights(Value scores) => Emit("Softmax", [scores], Of("axis", -1L)).WithRank(4);

    /// <summary>Sums of values by weights: [batch, heads, queries, size].</summary>
    public static Value Mix(Value weights, Value v) => MatMul(weights, Repeated(v, weights)).WithRank(4);

    // Each group once for each of its heads.
    private static Value Repeated(Value x, Value like)
    {
        if (Extents.Same(x, like, 1))
            return x;
        var (g, one) = (x.Graph, Ints(x.Graph, 1));
        var times = Emit("Div", [Extents.Along(like, 1), Extents.Along(x, 1)]);
        var repeated = Expand(Unsqueeze(x, Ints(g, 2)).WithRank(5), Concat(0, one, one, times, one, one)).WithRank(5);
        return Extents.Reshaped(repeated, 4, Ints(g, 0), Extents.Along(like, 1), Extents.Between(x, 2, 4));
    }
}
