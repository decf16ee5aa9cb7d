using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// What guided backpropagation and the deconvnet do at rectifiers: <c>Relu</c>, a <c>Clip</c> from 0 on (ReLU6 and its kin), the <c>Max</c>
/// of a value and 0, and the leaky ones. A <c>Clip</c> or <c>Max</c> with other bounds is none, and passes its gradient; neither are smooth
/// activations.
/// </summary>
internal static class Rectifiers
{
    private static readonly string[] Operators = ["Relu", "Clip", "Max", "LeakyRelu", "PRelu"];

    /// <summary>
    /// The derivative at what is left of the cotangent when its negative part is dropped; what leaks below 0 leaks as in the gradient.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, GradientRule>> Guided { get; } =
        Rules((n, dy, plain) => n.Node.OpType == "Max" ? Emit("Relu", [dy]) * Step(n.Y) : plain.Apply(n, Emit("Relu", [dy]))[0]!.Value);

    /// <summary>The rectifier applied to the cotangent, wherever the input was; an upper bound means nothing there.</summary>
    public static IEnumerable<KeyValuePair<string, GradientRule>> Deconvolution { get; } =
        Rules(
            (n, dy, _) =>
                n.Node.OpType switch
                {
                    "LeakyRelu" => Emit("LeakyRelu", [dy], Of("alpha", Activations.Leak(n))),
                    "PRelu" => Emit("PRelu", [dy, n[1]]),
                    _ => Emit("Relu", [dy]),
                }
        );

    private delegate Value Rectified(Forward n, Value dy, GradientRule plain);

    private static KeyValuePair<string, GradientRule>[] Rules(Rectified rule) =>
        [.. RuleSet.Each(Operators, op => Rectifying(rule, GradientRules.Plain.Rule(op)))];

    private static GradientRule Rectifying(Rectified rule, GradientRule plain) =>
        new(
            (n, dy) =>
                Input(n) is not { } input
                    ? plain.Apply(n, dy)
                    :
                    [
                        .. Enumerable
                            .Range(0, n.Count)
                            .Select(i => i == input ? Broadcast.SumTo(rule(n, dy, plain), n.Y.Type, n[i]) : (Value?)null),
                    ]
        );

    // Which input is rectified.
    private static int? Input(Forward n) =>
        n.Node.OpType switch
        {
            "Clip" => n.Has(1) && IsZero(n, 1) ? 0 : null,
            "Max" when n.Count == 2 => IsZero(n, 1) ? 0
            : IsZero(n, 0) ? 1
            : null,
            "Max" => null,
            _ => 0,
        };

    private static bool IsZero(Forward n, int index) => Tensors.ReadFloats(n.Graph.Constant(n.Node.Input[index]))?.All(v => v == 0) == true;
}
