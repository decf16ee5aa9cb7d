using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Multipliers of differences at norms and at operators that divide by what they compute from their input: exponentials, sums, roots and
/// quotients, each by its own difference, which together are exact.
/// </summary>
internal static class NormalisedDifferences
{
    /// <summary>The rules.</summary>
    // csharpier-ignore
    public static IEnumerable<KeyValuePair<string, GradientRule>> Rules { get; } = new Dictionary<string, GradientRule>
    {
        ["Softmax"] = new((n, dy) => [Softmax(n, dy, probabilities: true)]),
        ["LogSoftmax"] = new((n, dy) => [Softmax(n, dy, probabilities: false)]),
        ["LayerNormalization"] = new((n, dy) => [Standardisation.Layer(n).Multiplier(n.X, SecondPass.Of(n.X), dy), null, null]),
        ["RMSNormalization"] = new((n, dy) => [Standardisation.Rms(n).Multiplier(n.X, SecondPass.Of(n.X), dy), null]),
        ["SimplifiedLayerNormalization"] = new((n, dy) => [Standardisation.Rms(n).Multiplier(n.X, SecondPass.Of(n.X), dy), null]),
        ["InstanceNormalization"] = new((n, dy) => [Standardisation.Instance(n).Multiplier(n.X, SecondPass.Of(n.X), dy), null, null]),
        ["GroupNormalization"] = new((n, dy) => [Standardisation.Group(n).Multiplier(n.X, SecondPass.Of(n.X), dy), null, null]),
        ["MeanVarianceNormalization"] = new((n, dy) => [Standardisation.MeanVariance(n).Multiplier(n.X, SecondPass.Of(n.X), dy)]),
        [$"{OperatorName.Microsoft}.SkipLayerNormalization"] = Skip(simplified: false),
        [$"{OperatorName.Microsoft}.SkipSimplifiedLayerNormalization"] = Skip(simplified: true),
        ["LpNormalization"] = new((n, dy) => [Lp(n, dy)]),
        ["LRN"] = new((n, dy) => [LocalResponse(n, dy)]),
        ["ReduceL1"] = new((n, dy) => [Magnitude(n) * Reduction.Restore(n, dy), null]),
        ["ReduceL2"] = new((n, dy) => [Secant.Middle(n.X) * Reduction.Restore(n, dy * Normalization.NotInfinite(Secant.Middle(n.Y))), null]),
        ["ReduceSumSquare"] = new((n, dy) => [Secant.Middle(n.X) * 2 * Reduction.Restore(n, dy), null]),
        ["ReduceLogSum"] = new((n, dy) => [LogSum(n, dy), null]),
        ["ReduceLogSumExp"] = new((n, dy) => [LogSumExp(n, dy), null]),
        ["LpPool"] = new((n, dy) => [Power(n) * Pooling.Summands(n, Root(n, dy))]),
        ["GlobalLpPool"] = new((n, dy) => [Power(n) * Root(n, dy)]),
    };

    // No network has larger ones.
    private const long MostPower = 64;

    // With the logarithmic mean L of both probabilities: Δp = L Δ(ln p), Δ(ln p) = Δx - Δ(ln Σ eˣ), and as Σ Δp = 0, the last is the mean
    // of Δx weighed by L. Where both passes are the same, L is p, and this is the gradient.
    private static Value Softmax(Forward n, Value dy, bool probabilities)
    {
        var axis = n.Int("axis", -1);
        Value Logarithm(Forward m) => probabilities ? Emit("LogSoftmax", [m.X], Attributes.Of("axis", axis)) : m.Y;
        var mean = Secant.LogarithmicMean(Logarithm(n), Logarithm(SecondPass.Of(n)));
        var g = probabilities ? dy * mean : dy;
        return g - mean * (Sum(g, axis) * Normalization.NotInfinite(Sum(mean, axis)));
    }

    private static Value LogSumExp(Forward n, Value dy)
    {
        Value Logarithm(Forward m) => m.X - Reduction.Restore(m, m.Y);
        var mean = Secant.LogarithmicMean(Logarithm(n), Logarithm(SecondPass.Of(n)));
        return mean * (Reduction.Restore(n, dy) * Normalization.NotInfinite(Reduction.Total(n, mean)));
    }

    private static Value LogSum(Forward n, Value dy) =>
        ExpandLike(Reduction.Restore(n, dy / Secant.LogarithmicMean(n.Y, SecondPass.Of(n.Y))), n.X);

    private static GradientRule Skip(bool simplified) =>
        new(
            (n, dy) =>
            {
                var (here, there) = (Normalization.SkipSum(n, simplified), Normalization.SkipSum(SecondPass.Of(n), simplified));
                var multiplier = Standardisation.SkipLayer(n, simplified).Multiplier(here, there, dy);
                if (Normalization.HasSkipSum(n))
                    multiplier += n.Cotangent(Normalization.SumOutput);
                return [multiplier, Broadcast.SumTo(multiplier, n.Y.Type, n[1])];
            }
        )
        {
            ReadsAllOutputs = true,
        };

    // x q with q = 1 / ‖x‖: q̄ Δx + x̄ Δq, and Δq = -q q' Δ‖x‖.
    private static Value Lp(Forward n, Value dy)
    {
        var (axes, p) = (Ints(n.Graph, n.Int("axis", -1)), n.Int("p", 2));
        Value Norm(Value x) => Emit(p == 1 ? "ReduceL1" : "ReduceL2", [x, axes], Attributes.Of("keepdims", 1));
        var (norm, norm2, middle) = (Norm(n.X), Norm(SecondPass.Of(n.X)), Secant.Middle(n.X));
        var (q, q2) = (Normalization.NotInfinite(norm), Normalization.NotInfinite(norm2));
        var ofNorm = p == 1 ? Magnitude(n) : middle * 2 * Normalization.NotInfinite(norm + norm2);
        return dy * Secant.Middle(q, q2) - ofNorm * (q * q2 * Sum(dy * middle, axes));
    }

    // x s^-β: Δ(s^-β) = -β L(s^-β) / L(s) Δs, with logarithmic means L of both passes.
    private static Value LocalResponse(Forward n, Value dy)
    {
        var (size, alpha, beta) = (n.Int("size", 1), n.Float("alpha", 1e-4f), n.Float("beta", 0.75f));
        Value Logarithm(Value x) => Emit("Log", [Normalization.Responses(n, x)]);
        var (s, s2, middle) = (Logarithm(n.X), Logarithm(SecondPass.Of(n.X)), Secant.Middle(n.X));
        var (power, power2) = (s * -beta, s2 * -beta);
        var fall = Secant.LogarithmicMean(power, power2) / Secant.LogarithmicMean(s, s2);
        return dy * Secant.Middle(Emit("Exp", [power]), Emit("Exp", [power2]))
            - middle * Normalization.Affected(n, dy * middle * fall) * (2.0 * alpha * beta / size);
    }

    private static Value Magnitude(Forward n) => Secant.Of(n.X, x => Emit("Abs", [x]), Emit("Sign", [n.X]));

    // Δ|x|ᵖ / Δx.
    private static Value Power(Forward n) => Magnitude(n) * Quotient(n, Emit("Abs", [n.X]), Emit("Abs", [SecondPass.Of(n.X)]));

    // dy Δy / Δyᵖ.
    private static Value Root(Forward n, Value dy) => dy * Normalization.NotInfinite(Quotient(n, n.Y, SecondPass.Of(n.Y)));

    // (aᵖ - bᵖ) / (a - b) = aᵖ⁻¹ + aᵖ⁻² b + … + bᵖ⁻¹.
    private static Value Quotient(Forward n, Value a, Value b)
    {
        var p = n.Int("p", 2);
        if (p is < 1 or > MostPower)
            throw n.Refusal($"its p is {p}");
        var (sum, power) = (a - a + 1, b);
        for (var k = 1; k < p; k++)
            (sum, power) = (sum * a + power, power * b);
        return sum;
    }
}
