using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>
/// DeepLIFT's rescale rule (Shrikumar, Greenside and Kundaje 2017, section 3.5.1): in the place of derivatives stand the quotients of the
/// differences between the two passes, so that what arrives, times the difference of the inputs, adds up to the difference of the scores.
/// </summary>
internal static class Rescale
{
    // Where an input hardly differs, rounding decides the quotient; the derivative is its limit.
    private const double Least = 1e-6;

    private static readonly string[] Linear =
    [
        "Add",
        "Sub",
        "Neg",
        "BatchNormalization",
        "AveragePool",
        "GlobalAveragePool",
        "ReduceMean",
        "ReduceSum",
        "DequantizeLinear",
        "DynamicQuantizeLinear",
    ];

    private static readonly string[] Functions =
    [
        .. Relevance.Activations.Append("Exp").Append("Sqrt").Except(Linear).Where(GradientRules.Plain.Has),
    ];

    private static readonly string[] Extremes = ["MaxPool", "GlobalMaxPool", "Max", "Min"];

    /// <summary>
    /// The rules; operators whose differences have no such quotient, softmax and normalisations by what they normalise among them, have
    /// none.
    /// </summary>
    public static RuleSet Rules(string name) =>
        new(
            name,
            [
                .. RuleSet.Each([.. Relevance.Movers.Except(Extremes), .. Linear], GradientRules.Plain.Rule),
                .. RuleSet.Each(Functions, Quotient),
                .. RuleSet.Each(Relevance.Linear, Bilinear),
                .. RuleSet.Each(Extremes, Extreme),
                .. RuleSet.Each(["Mul"], _ => new((n, dy) => [dy * Middle(n[1]), dy * Middle(n[0])]) { Broadcasts = true }),
                .. RuleSet.Each(["Div"], _ => new(Division) { Broadcasts = true }),
            ]
        );

    private static Value?[] Division(Forward n, Value dy) =>
        [
            dy * Middle(Emit("Reciprocal", [n[1]]), Emit("Reciprocal", [SecondPass.Of(n[1])])),
            -(dy * Middle(n[0]) / (n[1] * SecondPass.Of(n[1]))),
        ];

    // Δy / Δx of a function of one value; further inputs are constants.
    private static GradientRule Quotient(string op) =>
        new((n, dy) => [OverDifference(n.X, dy * Difference(n.Y), GradientRules.Plain.Rule(op).Apply(n, dy)[0]!.Value)]);

    // Linear in each factor: the mean of both passes' gradients is exact.
    private static GradientRule Bilinear(string op) =>
        new(
            (n, dy) =>
            {
                var plain = GradientRules.Plain.Rule(op);
                var here = plain.Apply(n, dy);
                if (!Varies(n[0]) || !Varies(n[1]))
                    return here;
                var there = plain.Apply(SecondPass.Of(n), dy);
                return [.. here.Zip(there, (a, b) => a is { } first && b is { } second ? Middle(first, second) : a ?? b)];
            }
        );

    // The step between both results belongs to the position where the more extreme one is found.
    private static GradientRule Extreme(string op) =>
        new(
            (n, dy) =>
            {
                var (plain, second) = (GradientRules.Plain.Rule(op), SecondPass.Of(n));
                var (y, other, most) = (Real(n.Y), Real(second.Y), Real(Emit(op == "Min" ? "Min" : "Max", [n.Y, second.Y])));
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

    private static Value OverDifference(Value x, Value change, Value gradient)
    {
        var difference = Difference(x);
        var near = Emit("Less", [Emit("Abs", [difference]), difference.Scalar(Least)]).As(DataType.Bool);
        return Emit("Where", [near, gradient, change / Where(near, difference.Scalar(1), difference)]).As(gradient.Element);
    }

    private static bool Varies(Value x) => SecondPass.Of(x) != x;

    // Of quantised values in steps of the integer, as their cotangents are.
    private static Value Difference(Value x) => Like(Real(x) - Real(SecondPass.Of(x)), x);

    private static Value Real(Value x) => new TensorType(x.Element, null).IsFloat ? x : Like(Cast(x, DataType.Float), x);

    private static Value Middle(Value x) => Varies(x) ? Middle(x, SecondPass.Of(x)) : x;

    private static Value Middle(Value a, Value b) => Like((a + b) * 0.5, a);

    private static Value Like(Value value, Value like)
    {
        if (like.Type is { } type)
            value.Graph.Declare(value.Name, type with { Element = value.Element });
        return value;
    }
}
