using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Relevance at operators that divide by what they compute from their input.</summary>
internal static class NormalisedRelevance
{
    private const int Shift = 2;
    private const int SkipShift = 3;

    private static readonly GradientRule HandedOn = new((_, r) => [r]);

    /// <summary>
    /// The rules. A divisor is a constant and gives all to the dividend (the identity rule: AttnLRP, proposition 3.4); centring is a sum of
    /// the value and its mean, and the shift a bias. Where biases take no part, neither does centring, and a softmax hands on what it gets,
    /// as its exponential and its division do.
    /// </summary>
    /// <param name="shares">How relevance parts among contributions.</param>
    public static IEnumerable<KeyValuePair<string, GradientRule>> Rules(Shares shares) =>
        new Dictionary<string, GradientRule>
        {
            ["Softmax"] = Each(shares, (n, r) => Expanded(n, r, n.Y)),
            ["LogSoftmax"] = Each(shares, (n, r) => Expanded(n, r / Shares.Stable(n.Y, shares.Epsilon), Emit("Exp", [n.Y]))),
            ["BatchNormalization"] = Each(shares, (n, r) => Shifted(n.Y, Scaled(n), r, shares)),
            ["LayerNormalization"] = Each(shares, (n, r) => Standardised(n, r, Standardisation.Layer(n), shares)),
            ["InstanceNormalization"] = Each(shares, (n, r) => Standardised(n, r, Standardisation.Instance(n), shares)),
            ["GroupNormalization"] = Each(shares, (n, r) => Standardised(n, r, Standardisation.Group(n), shares)),
            ["MeanVarianceNormalization"] = Each(shares, (n, r) => Centred(n.X, r, Standardisation.MeanVariance(n), shares)),
            ["RMSNormalization"] = HandedOn,
            ["SimplifiedLayerNormalization"] = HandedOn,
            ["LpNormalization"] = HandedOn,
            ["LRN"] = HandedOn,
            [$"{OperatorName.Microsoft}.SkipLayerNormalization"] = Skip(shares, simplified: false),
            [$"{OperatorName.Microsoft}.SkipSimplifiedLayerNormalization"] = Skip(shares, simplified: true),
        };

    private static GradientRule Each(Shares shares, Func<Forward, Value, Value> rule) =>
        shares.Biases ? new((n, r) => [rule(n, r)]) : HandedOn;

    // x (r - p Σ r): the first-order Taylor expansion, whose zeroth order is a bias (AttnLRP, proposition 3.1). What a mask brought to
    // -∞ takes no part.
    private static Value Expanded(Forward n, Value r, Value p)
    {
        var x = Where(Emit("IsInf", [n.X]).As(DataType.Bool), n.X.Scalar(0), n.X);
        return x * (r - p * Sum(r, n.Int("axis", -1)));
    }

    // The shift of a BatchNormalization and its mean are one bias; what is left is the scaled value.
    private static Value Scaled(Forward n) => GradientRules.Plain.Rule("BatchNormalization").Apply(n, n.X)[0]!.Value;

    private static Value Standardised(Forward n, Value r, Standardisation form, Shares shares) =>
        Centred(n.X, Unshifted(n, Shift, r, shares), form, shares);

    private static Value Unshifted(Forward n, int shift, Value r, Shares shares)
    {
        if (!n.Has(shift))
            return r;
        var none = n[shift] - n[shift];
        return Shifted(n.Y, n.Again(n.Node.Input.Select((name, i) => i == shift ? none.Name : name)).Y, r, shares);
    }

    private static Value Shifted(Value y, Value unshifted, Value r, Shares shares) =>
        shares.Summed(y, [unshifted, y - unshifted], r, shares.Epsilon)[0];

    private static Value Centred(Value x, Value r, Standardisation form, Shares shares)
    {
        var (folded, relevance) = (form.Fold(x), form.Fold(r));
        var mean = form.Mean(folded);
        var parts = shares.Summed(Relevance.Typed(folded - mean, folded), [folded, -mean], relevance, shares.Epsilon);
        var average = Product.Of(new Forward(x.Graph, x.Graph.Producer(mean.Name)!), GradientRules.Plain.Rule("ReduceMean"))[0];
        return form.Unfold(parts[0] + shares.Linear(average, Sum(parts[1], form.Axes), shares.Epsilon), x);
    }

    private static GradientRule Skip(Shares shares, bool simplified) =>
        new(
            (n, r) =>
            {
                var sum = Normalization.SkipSum(n, simplified);
                var relevance =
                    simplified || !shares.Biases
                        ? r
                        : Centred(sum, Unshifted(n, SkipShift, r, shares), Standardisation.SkipLayer(n, simplified), shares);
                if (Normalization.HasSkipSum(n))
                    relevance += n.Cotangent(Normalization.SumOutput);
                return Relevance.Summed(n, [0, 1, Normalization.SkipBias(simplified)], relevance, shares);
            }
        )
        {
            Broadcasts = true,
            ReadsAllOutputs = true,
        };
}
