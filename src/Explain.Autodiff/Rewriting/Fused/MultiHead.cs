using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>com.microsoft's attention of queries, keys and values that are projected already.</summary>
internal static class MultiHead
{
    private const int Bias = 3;
    private const int Mask = 4;
    private const int Added = 5;
    private const int PastKey = 6;
    private const int PastValue = 7;
    private const int Cache = 9;

    /// <summary>
    /// Queries are [batch, positions, heads · size]; keys and values are, too, or come as [batch, heads, positions, size]. Null when it is
    /// not known which, or what the mask says, and where ONNX Runtime has no kernel on the CPU: packed in one tensor.
    /// </summary>
    public static Value?[]? Apply(Forward n)
    {
        var masks = new AdditiveMask(n, Mask);
        if (!masks.IsKnown || n.Has(Cache) || Projected(n) is not var (q, k, v))
            return null;
        (k, v) = (DotProduct.After(n.Optional(PastKey), k), DotProduct.After(n.Optional(PastValue), v));
        var scores = DotProduct.Scores(q, k, n.Float("scale", 0) is not 0 and var scale ? scale : null);
        if (n.Optional(Added) is { } added)
            scores = (scores + added).WithRank(4);
        scores = masks.On(scores, n.Has(PastKey) ? Extents.Along(n[PastKey], 2) : null);
        return [DotProduct.Merge(DotProduct.Mix(DotProduct.Weights(scores), v)), k, v, scores];
    }

    private static (Value Q, Value K, Value V)? Projected(Forward n)
    {
        var heads = n.Int("num_heads", 1);
        Value Own(int input) => Shifted(n, DotProduct.Split(n[input], heads), heads, input);
        return (n.X.Type?.Rank, n.Optional(1)?.Type?.Rank) switch
        {
            (3, 3) => (Own(0), Own(1), Own(2)),
            (3, 4) => (Own(0), n[1], n[2]),
            _ => null,
        };
    }

    // The bias is that of queries, keys and values, one behind the other; queries and keys are of one size.
    private static Value Shifted(Forward n, Value x, long heads, int part)
    {
        if (n.Optional(Bias) is not { } bias)
            return x;
        var length = Extents.Along(x, 3) * heads;
        var end = part == 2 ? Ints(n.Graph, long.MaxValue) : length * (part + 1);
        var own = Slice(bias.WithRank(1), part == 2 ? -length : length * part, end).WithRank(1);
        return (x + Reshape(own, heads, 1, -1).WithRank(3)).WithRank(4);
    }
}
