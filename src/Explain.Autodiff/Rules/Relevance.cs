using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Relevance propagation as rules of a rule set: what is handed down is not a gradient but a share of the score. With s = r / y, every
/// operator that is linear in its input x gives x · Jᵀs, which its gradient rule can compute.
/// <para>
/// What no sum of weighted values is follows AttnLRP (Achtibat et al. 2024, "AttnLRP: Attention-Aware Layer-Wise Relevance Propagation for
/// Transformers", section 3.3): functions of one number and divisions by a statistic hand on what they get, products of computed values
/// give each factor the same, and a softmax gives what its first-order Taylor expansion does (<see cref="NormalisedRelevance"/>).
/// </para>
/// </summary>
internal static class Relevance
{
    private static readonly GradientRule HandedOn = new((_, r) => [r]);

    /// <summary>A rule set.</summary>
    /// <param name="name">Name.</param>
    /// <param name="shares">How relevance parts among contributions.</param>
    public static RuleSet Rules(string name, Shares shares)
    {
        RuleSet? rules = null;
        return rules = new(
            name,
            [
                .. RuleSet.Each([.. OperatorKinds.Products, .. OperatorKinds.Averages], op => Weighted(op, shares)),
                .. RuleSet.Each([.. OperatorKinds.Norms, .. OperatorKinds.Transforms], op =>
                    new((n, r) => Taylor(n, r, op, shares.Epsilon))
                ),
                .. RuleSet.Each(OperatorKinds.Scatters, op => new((n, r) => Scattered(n, r, op, shares.Epsilon))),
                .. RuleSet.Each([.. OperatorKinds.Functions, .. OperatorKinds.Quantisers], _ => HandedOn),
                .. RuleSet.Each(OperatorKinds.Pairs, _ => new(Parted) { Broadcasts = true }),
                .. RuleSet.Each([.. OperatorKinds.Movers, .. OperatorKinds.Extremes], GradientRules.Plain.Rule),
                .. RuleSet.Each([.. OperatorKinds.Sums, .. OperatorKinds.Biased], _ =>
                    new((n, r) => Summed(n, Enumerable.Range(0, n.Count), r, shares)) { Broadcasts = true }
                ),
                .. NormalisedRelevance.Rules(shares),
                .. Derived.By(() => rules!),
                new("Mul", new(Gated) { Broadcasts = true }),
                new("Div", new((n, r) => n.IsConstant(0) ? [null, r] : [r, null]) { Broadcasts = true }),
                new("ReduceProd", new((n, r) => [ExpandLike(Reduction.Restore(n, r) / Reduction.Ratio(n), n.X)])),
                new("ReduceSumSquare", new((n, r) => [n.X * n.X * Reduction.Restore(n, r / Shares.Stable(n.Y, shares.Epsilon))])),
                new(
                    "ReduceLogSum",
                    new((n, r) => [n.X * (Reduction.Restore(n, r) / Shares.Stable(Reduction.Total(n, n.X), shares.Epsilon))])
                ),
                new("ReduceLogSumExp", new((n, r) => [Emit("Exp", [n.X - Reduction.Restore(n, n.Y)]) * Reduction.Restore(n, r)])),
            ]
        );
    }

    /// <summary>
    /// What a sum hands to its summands. Where biases take no part, neither do constants, nor the mean that centres a value.
    /// </summary>
    /// <param name="n">The operator.</param>
    /// <param name="summands">Which of its inputs are added; those that it does not have are passed by.</param>
    /// <param name="r">What arrived at the sum.</param>
    /// <param name="shares">How relevance parts.</param>
    public static Value?[] Summed(Forward n, IEnumerable<int> summands, Value r, Shares shares)
    {
        var isDifference = n.Node.OpType == "Sub";
        int[] taking = [.. summands.Where(i => n.Has(i) && (shares.Biases || !(n.IsConstant(i) || (isDifference && i == 1 && IsMean(n)))))];
        var relevances = new Value?[n.Count];
        if (!shares.Biases && taking.Length < 2)
        {
            foreach (var only in taking)
                relevances[only] = r;
            return relevances;
        }

        Value[] values = [.. taking.Select(i => isDifference && i == 1 ? -n[i] : n[i])];
        // Others compute something of the sum.
        var isSum = n.Node.OpType is "Add" or "Sub" or "Sum" && taking.Length == n.Count;
        foreach (var (i, share) in taking.Zip(shares.Summed(isSum ? n.Y : values.Aggregate((a, b) => a + b), values, r, shares.Epsilon)))
        {
            relevances[i] = share;
        }

        return relevances;
    }

    /// <summary>The same value, known to have the type of another.</summary>
    internal static Value Typed(Value value, Value like)
    {
        if (like.Type is { } type)
            value.Graph.Declare(value.Name, type);
        return value;
    }

    /// <summary>x · Jᵀ(r / y): all of it, where k times the input has k times the result.</summary>
    internal static Value?[] Taylor(Forward n, Value r, string op, double epsilon) =>
        [
            .. GradientRules
                .Plain.Rule(op)
                .Apply(n, Typed(r / Shares.Stable(n.Y, epsilon), n.Y))
                .Select((g, i) => g is { } gradient ? gradient * n[i] : (Value?)null),
        ];

    // Of two computed factors each gets the same (AttnLRP, proposition 3.3).
    private static GradientRule Weighted(string op, Shares shares) =>
        new(
            (n, r) =>
            {
                var relevances = new Value?[n.Count];
                var products = Product.Of(n, GradientRules.Plain.Rule(op));
                var each = products.Length > 1 ? r * (1.0 / products.Length) : r;
                foreach (var product in products)
                {
                    // The positive part of a product of weights is no product of positive parts.
                    var linear = product.Factors > 2 ? Shares.Proportional.Linear : shares.Linear;
                    relevances[product.Index] = linear(product, each, shares.Epsilon);
                }

                return relevances;
            }
        );

    private static Value?[] Scattered(Forward n, Value r, string op, double epsilon) =>
        n.Node.String("reduction", "none") == "add" ? Taylor(n, r, op, epsilon) : GradientRules.Plain.Rule(op).Apply(n, r);

    // A function of two numbers, of which one is a constant as a rule.
    private static Value?[] Parted(Forward n, Value r) =>
        n.IsConstant(1) ? [r, null]
        : n.IsConstant(0) ? [null, r]
        : [r * 0.5, r * 0.5];

    // A factor from a saturating function opens or closes a way; what goes the way is the other factor. A constant scales.
    private static Value?[] Gated(Forward n, Value r) =>
        n.IsConstant(0) || n.IsConstant(1) || Gates.IsGate(n, 0) == Gates.IsGate(n, 1) ? Parted(n, r)
        : Gates.IsGate(n, 0) ? [null, r]
        : [r, null];

    // Whether the second input is the mean of the first.
    private static bool IsMean(Forward n) =>
        n.Graph.Producer(n.Node.Input[1]) is { OpType: "ReduceMean" or "GlobalAveragePool" } mean && mean.Input[0] == n.Node.Input[0];
}
