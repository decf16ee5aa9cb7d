using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using static Explain.Autodiff.Rules.Secant;

namespace Explain.Autodiff.Rules;

/// <summary>
/// DeepLIFT's rescale rule (Shrikumar, Greenside and Kundaje 2017, section 3.5.1): in the place of derivatives stand the quotients of the
/// differences between the two passes, so that what arrives, times the difference of the inputs, adds up to the difference of the scores.
/// <para>
/// Operators of several numbers are taken as what they are made of: sums pass differences on, products give each factor's difference the
/// mean of the other, and functions of one number have their quotient. The result is exact for all of them: see
/// <see cref="Standardisation.Multiplier"/> and <see cref="NormalisedDifferences"/>.
/// </para>
/// </summary>
internal static class Rescale
{
    /// <summary>The rules. Choices (of positions, of a branch) are made by the first pass where they are made by integers.</summary>
    public static RuleSet Rules(string name)
    {
        RuleSet? rules = null;
        return rules = new RuleSet(
            name,
            [
                .. RuleSet.Each(
                    [
                        .. OperatorKinds.Movers,
                        .. OperatorKinds.Scatters,
                        .. OperatorKinds.Averages,
                        .. OperatorKinds.Transforms,
                        .. OperatorKinds.Sums,
                        .. Linear,
                    ],
                    GradientRules.Plain.Rule
                ),
                .. RuleSet.Each([.. OperatorKinds.Functions, "QuantizeLinear"], Quotient),
                .. RuleSet.Each(OperatorKinds.Pairs, Pair),
                .. RuleSet.Each(OperatorKinds.Biased, OfSum),
                .. RuleSet.Each([.. OperatorKinds.Products, "Where", "TopK"], Multilinear),
                .. RuleSet.Each(OperatorKinds.Extremes, Extreme),
                .. NormalisedDifferences.Rules,
                .. Derived.By(() => rules!),
                new("Mul", new((n, dy) => [dy * Middle(n[1]), dy * Middle(n[0])]) { Broadcasts = true }),
                new("Div", new(Division) { Broadcasts = true }),
            ]
        )
        {
            ComparesInputs = true,
        };
    }

    private static readonly string[] Linear = ["BatchNormalization", "DequantizeLinear", "DynamicQuantizeLinear"];

    private static Value?[] Division(Forward n, Value dy) =>
        [
            dy * Middle(Emit("Reciprocal", [n[1]]), Emit("Reciprocal", [SecondPass.Of(n[1])])),
            -(dy * Middle(n[0]) / (n[1] * SecondPass.Of(n[1]))),
        ];

    // Δy / Δx of a function of one value; further inputs are constants.
    private static GradientRule Quotient(string op)
    {
        var plain = GradientRules.Plain.Rule(op);
        return plain with { Pullback = (n, dy) => [OverDifference(n.X, dy * Difference(n.Y), plain.Apply(n, dy)[0]!.Value)] };
    }

    // f(a, b) - f(a', b') is half of the change by a, once with b and once with b', and the same by b.
    private static GradientRule Pair(string op)
    {
        var plain = GradientRules.Plain.Rule(op);
        return new(
            (n, dy) =>
            {
                var gradients = plain.Apply(n, dy);
                Value At(Value a, Value b) => n.Again([a.Name, b.Name]).Y;
                var (a, b, a2, b2) = (n[0], n[1], SecondPass.Of(n[0]), SecondPass.Of(n[1]));
                Value Divided(Value x, Value change, Value? gradient) =>
                    OverDifference(x, Broadcast.SumTo(dy * change, n.Y.Type, x), gradient ?? throw n.Refusal("its second input varies"));
                if (!Varies(b))
                    return [Divided(a, Difference(n.Y), gradients[0]), null];
                if (!Varies(a))
                    return [null, Divided(b, Difference(n.Y), gradients[1])];
                var (mixed, other, second) = (At(a2, b), At(a, b2), SecondPass.Of(n.Y));
                return
                [
                    Divided(a, Middle(n.Y - mixed, other - second), gradients[0]),
                    Divided(b, Middle(n.Y - other, mixed - second), gradients[1]),
                ];
            }
        );
    }

    // A function of the sum of both inputs.
    private static GradientRule OfSum(string op)
    {
        var plain = GradientRules.Plain.Rule(op);
        return new(
            (n, dy) =>
            {
                var multiplier = OverDifference(n.X, dy * Difference(n.Y), plain.Apply(n, dy)[0]!.Value);
                return n.Has(1) && Varies(n[1]) ? throw n.Refusal("its bias depends on the input") : [multiplier];
            }
        );
    }

    // Linear in each of two values: the mean of both passes' gradients is exact. Where a choice falls otherwise in the second pass it is
    // the best there is: what another choice adds is no function of a difference.
    private static GradientRule Multilinear(string op)
    {
        var plain = GradientRules.Plain.Rule(op);
        return plain with
        {
            Broadcasts = false,
            Pullback = (n, dy) =>
            {
                var here = plain.Apply(n, dy);
                var varying = Enumerable.Range(0, n.Count).Count(i => n.Has(i) && Varies(n[i]));
                if (varying > 2 && op == OperatorKinds.Einsum)
                    throw n.Refusal($"{varying} of its factors depend on the input, and differences are known for two");
                if (op == "Where" ? !Varies(n[0]) : varying < 2 && op != "TopK")
                    return here;
                var there = plain.Apply(SecondPass.Of(n), dy);
                return [.. here.Zip(there, (a, b) => a is { } first && b is { } second ? Middle(first, second) : a ?? b)];
            },
        };
    }

    // The step between both results belongs to the position where the more extreme one is found.
    private static GradientRule Extreme(string op) =>
        new(
            (n, dy) =>
            {
                var (plain, second) = (GradientRules.Plain.Rule(op), SecondPass.Of(n));
                var outer = op.Contains("min", StringComparison.OrdinalIgnoreCase) ? "Min" : "Max";
                var (y, other, most) = (Real(n.Y), Real(second.Y), Real(Emit(outer, [n.Y, second.Y])));
                var here = plain.Apply(n, Like(dy * (most - other), n.Y));
                var there = plain.Apply(second, Like(dy * (y - most), n.Y));
                var gradient = plain.Apply(n, dy);
                return
                [
                    .. here.Select(
                        (a, i) =>
                            a is { } first && there[i] is { } last ? OverDifference(n[i], first + last, gradient[i]!.Value) : (Value?)null
                    ),
                ];
            }
        );
}
