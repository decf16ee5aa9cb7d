using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Masks of com.microsoft's attention, which add a number to the scores of keys that are not seen, and its causal order.
/// </summary>
/// <param name="n">The node.</param>
/// <param name="mask">The input that is the mask, if it is there.</param>
internal readonly struct AdditiveMask(Forward n, int mask)
{
    private const float Unseen = -10_000;

    /// <summary>Why it is not known what the mask says; null when it is.</summary>
    public string? WhyNot =>
        !n.Has(mask) || n[mask].Type?.Rank is 1 or 2 or 3 ? null
        : n[mask].Type?.Rank is { } axes ? $"its mask has {axes} axes"
        : "it is not known how many axes its mask has";

    /// <summary>
    /// Scores with the mask: [batch, keys] and [batch, queries, keys] are above 0 where a key is seen; [batch] is where seen keys end, and
    /// [2 · batch] where they end and where they start.
    /// </summary>
    /// <param name="scores">[batch, heads, queries, keys].</param>
    /// <param name="past">How many keys come before the first query; null for none.</param>
    public Value On(Value scores, Value? past)
    {
        if (n.Has(mask))
            scores = Add(scores, Condition(scores, Masks.Long(n[mask]), n[mask].Type!.Rank!.Value));
        if (n.Int("unidirectional", 0) == 0)
            return scores;
        var single = Masks.AllIfSingle(scores);
        return DotProduct.Seen(scores, Masks.Causal(scores, past is { } keys ? keys + single : single));
    }

    private Value Add(Value scores, Value seen) =>
        (scores + Where(seen, scores.Scalar(0), scores.Scalar(n.Float("mask_filter_value", Unseen)))).WithRank(4);

    private static Value Condition(Value scores, Value mask, int rank)
    {
        var g = scores.Graph;
        if (rank > 1)
            return Masks.Above0(Unsqueeze(mask, rank == 2 ? Ints(g, 1, 2) : Ints(g, 1)));
        // Starts that are not there are 0.
        var batch = Extents.Along(scores, 0);
        var padded = Concat(0, mask, Fill(batch, mask.Element, 0));
        var zero = Ints(g, 0);
        return Masks.Both(Masks.Before(scores, Slice(padded, zero, batch)), Masks.From(scores, Slice(padded, batch, batch + batch)));
    }
}
