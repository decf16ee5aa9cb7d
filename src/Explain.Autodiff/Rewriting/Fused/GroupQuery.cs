using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>com.microsoft's causal attention over grouped heads.</summary>
internal static class GroupQuery
{
    private const int PastKey = 3;
    private const int PastValue = 4;
    private const int Cos = 7;
    private const int Sin = 8;
    private const int Positions = 9;
    private const int Added = 10;
    private const int Sink = 11;

    /// <summary>
    /// Queries, keys and values are [batch, positions, heads · size], or one tensor with the heads of all three.
    /// </summary>
    public static Parts Apply(Forward n)
    {
        if (n.Has(12) || n.Has(13))
            return "its cache of keys and values is quantised";
        var (q, k, v) = Projected(n);
        var lengths = new CachedKeys(n, Extents.Along(q, 2));
        if (n.Int("do_rotary", 0) != 0)
        {
            var at = n.Optional(Positions) is { } given ? lengths.Turning(given) : lengths.Positions;
            (q, k) = (Turned(n, q, at), Turned(n, k, at));
        }
        (k, v) = (lengths.Join(n.Optional(PastKey), k), lengths.Join(n.Optional(PastValue), v));

        var scores = DotProduct.Scores(q, k, n.Float("scale", 0) is not 0 and var scale ? scale : null);
        scores = DotProduct.Capped(scores, n.Float("softcap", 0));
        if (n.Optional(Added) is { } added)
            scores = (scores + added).WithRank(4);
        scores = DotProduct.Seen(scores, Seen(n, scores, lengths));
        var mixed = DotProduct.Mix(Weights(n, scores), v);
        return [DotProduct.Merge(mixed), k, v, null];
    }

    private static (Value Q, Value K, Value V) Projected(Forward n)
    {
        var (heads, groups) = (n.Int("num_heads", 1), n.Int("kv_num_heads", 1));
        if (n.Has(1))
            return (DotProduct.Split(n.X, heads), DotProduct.Split(n[1], groups), DotProduct.Split(n[2], groups));
        var all = DotProduct.Split(n.X, heads + 2 * groups);
        var parts = Node("Split", [all, Ints(n.Graph, heads, groups, groups)], 3, [Of("axis", 1L)]).Output;
        Value Part(int i) => new Value(n.Graph, parts[i], all.Element).As(all.Element).WithRank(4);
        return (Part(0), Part(1), Part(2));
    }

    private static Value Turned(Forward n, Value x, Value at)
    {
        var (cos, sin) = (Gather(n[Cos], at, 0), Gather(n[Sin], at, 0));
        // A table of fewer angles turns the first part of each head.
        var dim = Extents.Fixed(n[Cos], 1) is { } pairs && pairs * 2 != HeadSize(n) ? pairs * 2 : 0;
        return Rotary.Turned(x, cos, sin, heads: 1, dim, n.Int("rotary_interleaved", 0) != 0);
    }

    private static long? HeadSize(Forward n) =>
        Extents.Fixed(n.X, 2) / (n.Int("num_heads", 1) + (n.Has(1) ? 0 : 2 * n.Int("kv_num_heads", 1)));

    // Keys of the item up to the query, and no farther back than the window.
    private static Value Seen(Forward n, Value scores, CachedKeys lengths)
    {
        var at = Unsqueeze(lengths.Positions, Ints(n.Graph, 1, 3));
        var keys = Extents.Positions(Extents.Along(scores, 3));
        var seen = Masks.Both(Masks.NotAfter(keys, at), Masks.Before(scores, lengths.Total));
        return n.Int("local_window_size", -1) is > 0 and var window ? Masks.Both(seen, Masks.IsLess(at - window, keys)) : seen;
    }

    // A softmax whose sum has one more part: e to a number for each head, or 1.
    private static Value Weights(Forward n, Value scores)
    {
        if (!n.Has(Sink) && n.Int("smooth_softmax", 0) == 0)
            return DotProduct.Weights(scores);
        var g = n.Graph;
        var sink = n.Has(Sink) ? Reshape(n[Sink], 1, -1, 1, 1) : scores.Scalar(0);
        var shape = Extents.Between(scores, 0, 3);
        var extra = Expand(sink, Concat(0, shape, Ints(g, 1))).WithRank(4);
        var weights = DotProduct.Weights(Concat(3, scores, extra).WithRank(4));
        return Slice(weights, Ints(g, 0), Ints(g, -1), Ints(g, 3)).WithRank(4);
    }
}
