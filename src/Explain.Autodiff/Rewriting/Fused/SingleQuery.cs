using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>com.microsoft's attention of one query an item: of the position that a decoder has come to.</summary>
internal static class SingleQuery
{
    private const int Mask = 3;
    private const int Added = 4;
    private const int PastKey = 5;
    private const int PastValue = 6;
    private const int PastLength = 7;
    private const int Beams = 9;
    private const int Bias = 10;

    /// <summary>
    /// Queries are [batch, 1, heads · size]. Keys and values of another part are [batch, heads, positions, size]; those of the query's own
    /// position are like the queries, and come behind the past in a buffer that has room for more.
    /// </summary>
    public static Parts Apply(Forward n)
    {
        var masks = new AdditiveMask(n, Mask);
        if (masks.WhyNot is { } unknown)
            return unknown;
        if (n.Has(Beams))
            return "its buffer holds several beams";
        if (MultiHead.Projected(n, Bias) is not var (q, k, v))
            return MultiHead.UnknownHeads;
        if (n[1].Type?.Rank == 4)
            return Attended(k, v, null, null);
        if (!n.Has(PastKey) || !n.Has(PastValue) || !n.Has(PastLength))
            return "its past or the length of it is missing";
        var (at, axis) = (Reshape(Masks.Long(n[PastLength]), 1), Ints(n.Graph, 2));
        var (keys, values) = (Placed(n[PastKey], k), Placed(n[PastValue], v));
        return Attended(Filled(keys), Filled(values), keys, values);

        // ONNX Runtime's types of its scores contradict each other: no model that gives them can be opened.
        Parts Attended(Value k, Value v, Value? keys, Value? values) =>
            [MultiHead.Attend(n, masks, Added, (q, k, v), past: null).Y, keys, values];

        Value Placed(Value room, Value fresh) =>
            Concat(
                    2,
                    Slice(room, Ints(n.Graph, 0), at, axis).WithRank(4),
                    fresh,
                    Slice(room, at + 1, Ints(n.Graph, long.MaxValue), axis).WithRank(4)
                )
                .WithRank(4);

        Value Filled(Value room) => Slice(room, Ints(n.Graph, 0), at + 1, axis).WithRank(4);
    }
}
