using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>com.microsoft's attention of queries, keys and values that are projected already.</summary>
internal static class MultiHead
{
    /// <summary>Why a node cannot be taken apart of which <see cref="Projected"/> gives nothing.</summary>
    public const string UnknownHeads = "it is not known how the heads of its queries and keys lie";

    private const int Bias = 3;
    private const int Mask = 4;
    private const int Added = 5;
    private const int PastKey = 6;
    private const int PastValue = 7;
    private const int Cache = 9;

    /// <summary>
    /// Queries are [batch, positions, heads · size]; keys and values are, too, or come as [batch, heads, positions, size]. Or
    /// all lie in one tensor, [batch, positions, heads, 3, size], or keys and values do.
    /// </summary>
    public static Parts Apply(Forward n)
    {
        var masks = new AdditiveMask(n, Mask);
        if (masks.WhyNot is { } unknown)
            return unknown;
        if (n.Has(Cache))
            return "its cache holds several beams";
        if (Projected(n, Bias) is not var (q, k, v))
            return UnknownHeads;
        (k, v) = (DotProduct.After(n.Optional(PastKey), k), DotProduct.After(n.Optional(PastValue), v));
        var (y, scores) = Attend(n, masks, Added, (q, k, v), n.Has(PastKey) ? Extents.Along(n[PastKey], 2) : null);
        return [y, k, v, scores];
    }

    /// <summary>What is attended to, [batch, queries, heads · size], and the scores with all that is added to them.</summary>
    /// <param name="n">The node.</param>
    /// <param name="masks">Its mask.</param>
    /// <param name="added">The input that is added to scores, if it is there.</param>
    /// <param name="heads">Queries, keys and values, each [batch, heads, positions, size].</param>
    /// <param name="past">How many keys come before the first query; null for none.</param>
    public static (Value Y, Value Scores) Attend(Forward n, AdditiveMask masks, int added, (Value Q, Value K, Value V) heads, Value? past)
    {
        var scores = DotProduct.Scores(heads.Q, heads.K, n.Float("scale", 0) is not 0 and var scale ? scale : null);
        if (n.Optional(added) is { } summand)
            scores = (scores + summand).WithRank(4);
        scores = masks.On(scores, past);
        return (DotProduct.Merge(DotProduct.Mix(DotProduct.Weights(scores), heads.V)), scores);
    }

    /// <summary>
    /// Queries, keys and values of heads, each [batch, heads, positions, size]. Null when it is not known whether heads are an axis of
    /// their own.
    /// </summary>
    /// <param name="n">The node, whose first inputs they are.</param>
    /// <param name="bias">The input that is the bias of all, if it is there.</param>
    public static (Value Q, Value K, Value V)? Projected(Forward n, int bias)
    {
        var heads = n.Int("num_heads", 1);
        Value Own(int part) => Shifted(n, DotProduct.Split(n[part], heads), heads, part, bias);
        Value Of(int input, int part, int index)
        {
            var one = Gather(n[input], n.Graph.Add(Tensors.Scalar(Onnx.TensorProto.Types.DataType.Int64, index)), 3).WithRank(4);
            return Shifted(n, Transpose(one, 0, 2, 1, 3).WithRank(4), heads, part, bias);
        }
        return (n.X.Type?.Rank, n.Optional(1)?.Type?.Rank) switch
        {
            (3, 3) => (Own(0), Own(1), Own(2)),
            (3, 4) => (Own(0), n[1], n[2]),
            (3, 5) => (Own(0), Of(1, 1, 0), Of(1, 2, 1)),
            (5, null) => (Of(0, 0, 0), Of(0, 1, 1), Of(0, 2, 2)),
            _ => null,
        };
    }

    // The bias is that of queries, keys and values, one behind the other; queries and keys are of one size.
    private static Value Shifted(Forward n, Value x, long heads, int part, int input)
    {
        if (n.Optional(input) is not { } bias)
            return x;
        var length = Extents.Along(x, 3) * heads;
        var end = part == 2 ? Ints(n.Graph, long.MaxValue) : length * (part + 1);
        var own = Slice(bias.WithRank(1), part == 2 ? -length : length * part, end).WithRank(1);
        return (x + Reshape(own, heads, 1, -1).WithRank(3)).WithRank(4);
    }
}
