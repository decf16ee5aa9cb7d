using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>How a product of a value with weights hands relevance to the value.</summary>
/// <param name="product">The operator, and which of its factors is the value.</param>
/// <param name="relevance">What arrived at its output.</param>
/// <param name="epsilon">Keeps a quotient finite.</param>
internal delegate Value LinearRelevance(Product product, Value relevance, double epsilon);

/// <summary>
/// Relevance propagation as rules of a rule set: what is handed down is not a gradient but a share of the score. With s = r / y, every
/// operator that is linear in its input x gives x · Jᵀs, which its gradient rule can compute.
/// </summary>
internal static class Relevance
{
    /// <summary>Captum's stabilizer.</summary>
    public const double Epsilon = 1e-9;

    /// <summary>TorchRay's, for quotients whose denominator is a sum of what the numerator holds.</summary>
    public const double Tiny = 1e-20;

    /// <summary>Operators with weights.</summary>
    public static IReadOnlyList<string> Linear { get; } = ["Conv", "ConvTranspose", "Gemm", "MatMul"];

    private static readonly string[] Averages = ["AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum"];

    /// <summary>Functions of one value. What an activation makes of its input is its own: as many relevances as values.</summary>
    // csharpier-ignore
    public static IReadOnlyList<string> Activations { get; } =
    [
        "Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Celu", "Selu", "Softplus", "Softsign",
        "Mish", "Gelu", "ThresholdedRelu", "Neg", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
    ];

    /// <summary>Operators that move values, as their gradient moves cotangents; the largest takes all.</summary>
    // csharpier-ignore
    public static IReadOnlyList<string> Movers { get; } =
    [
        "MaxPool", "GlobalMaxPool", "Max", "Min", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Expand", "Transpose", "Concat",
        "Gather", "Slice", "Split", "Pad", "Identity", "Dropout", "Cast",
    ];

    private static readonly GradientRule HandedOn = new((_, r) => [r]);

    /// <summary>
    /// A rule set; operators that no rule of relevance is known for have none: softmax, and normalisations by what they normalise.
    /// </summary>
    /// <param name="name">Name.</param>
    /// <param name="linear">What operators with weights do.</param>
    /// <param name="epsilon">Keeps quotients finite.</param>
    /// <param name="biases">Whether biases, and what amounts to them, take their share; otherwise all is handed on.</param>
    public static RuleSet Rules(string name, LinearRelevance linear, double epsilon, bool biases) =>
        new(
            name,
            [
                .. RuleSet.Each(Linear, op => Weighted(op, linear, epsilon)),
                .. RuleSet.Each(Averages, op => Share(op, epsilon)),
                .. RuleSet.Each(Activations, _ => HandedOn),
                .. RuleSet.Each(Movers, GradientRules.Plain.Rule),
                .. RuleSet.Each(["Add", "Sub"], op => Sum(op, linear, epsilon, biases)),
                .. RuleSet.Each(["Mul"], _ => new(Gated) { Broadcasts = true }),
                .. RuleSet.Each(["Div"], _ => HandedOn with { Broadcasts = true }),
                .. RuleSet.Each(["BatchNormalization"], op => biases ? Share(op, epsilon) : HandedOn),
            ]
        );

    /// <summary>x · Wᵀ(r / (W x + b)).</summary>
    public static Value Shared(Product product, Value r, double epsilon) => product.Contributions(r / Stable(product.Output, epsilon));

    /// <summary>x · W⁺ᵀ(r / W⁺x).</summary>
    public static Value Excitatory(Product product, Value r, double epsilon) =>
        Shared(product.With(product.Value, Part(product.Weights, 1), null), r, epsilon);

    /// <summary>
    /// As <see cref="Shared"/>, but contributions of the sign of their sum count 1 + γ times. Of values and sums above 0 that is W + γ W⁺
    /// in the place of W; where sums can be negative, W + γ W⁺ would bring their denominators to 0.
    /// </summary>
    public static LinearRelevance Favouring(double gamma) =>
        (product, r, epsilon) =>
        {
            var (output, contributed) = (
                product.Output,
                (product.Bias is null ? product : product.With(product.Value, product.Weights, null)).Output
            );
            var (above, below) = Positive(product);
            var positive = above.Output + below.Output;
            var (up, down) = (Step(output), 1 - Step(output));
            var s = r / Stable(output + (up * positive + down * (contributed - positive)) * gamma, epsilon);
            // The negative contributions are what is left of all without the positive ones.
            var favoured = s * (up - down) * gamma;
            return product.Contributions(s * (down * gamma + 1)) + above.Contributions(favoured) + below.Contributions(favoured);
        };

    /// <summary>x⁺ · W⁺ᵀs + x⁻ · W⁻ᵀs with s = r / (W⁺x⁺ + W⁻x⁻).</summary>
    public static Value Positive(Product product, Value r, double epsilon)
    {
        var (above, below) = Positive(product);
        var s = r / Stable(above.Output + below.Output, epsilon);
        return above.Contributions(s) + below.Contributions(s);
    }

    /// <summary>The same value, known to have the type of another.</summary>
    internal static Value Typed(Value value, Value like)
    {
        if (like.Type is { } type)
            value.Graph.Declare(value.Name, type);
        return value;
    }

    private static (Product Above, Product Below) Positive(Product product) =>
        (
            product.With(Part(product.Value, 1), Part(product.Weights, 1), null),
            product.With(Part(product.Value, -1), Part(product.Weights, -1), null)
        );

    private static GradientRule Weighted(string op, LinearRelevance linear, double epsilon) =>
        new(
            (n, r) =>
            {
                var product = Product.Of(n, GradientRules.Plain.Rule(op));
                var relevances = new Value?[n.Count];
                relevances[product.Index] = linear(product, r, epsilon);
                return relevances;
            }
        );

    private static GradientRule Share(string op, double epsilon) =>
        new(
            (n, r) =>
                [
                    .. GradientRules
                        .Plain.Rule(op)
                        .Apply(n, Typed(r / Stable(n.Y, epsilon), n.Y))
                        .Select((g, i) => g is { } gradient ? gradient * n[i] : (Value?)null),
                ]
        );

    // A constant summand is a bias.
    private static GradientRule Sum(string op, LinearRelevance linear, double epsilon, bool biases)
    {
        GradientRule whole = new((_, r) => [r, r]) { Broadcasts = true };
        GradientRule positive = new((n, r) => PositiveSum(Part(n[0], 1), Part(op == "Sub" ? -n[1] : n[1], 1), r, epsilon))
        {
            Broadcasts = true,
        };
        var summed = linear == Positive ? positive : Share(op, epsilon);
        return new(
            (n, r) =>
                !biases && (Product.IsConstant(n.Graph, n.Node.Input[0]) || Product.IsConstant(n.Graph, n.Node.Input[1]))
                    ? whole.Apply(n, r)
                    : summed.Apply(n, r)
        );
    }

    private static Value?[] PositiveSum(Value a, Value b, Value r, double epsilon)
    {
        var s = r / Stable(a + b, epsilon);
        return [a * s, b * s];
    }

    // A factor from a saturating function opens or closes a way; what goes the way is the other factor. A constant scales.
    private static Value?[] Gated(Forward n, Value r)
    {
        var (first, second) = (IsGate(n, 0), IsGate(n, 1));
        return first == second ? [r * 0.5, r * 0.5]
            : first ? [null, r]
            : [r, null];
    }

    private static bool IsGate(Forward n, int index) =>
        Product.IsConstant(n.Graph, n.Node.Input[index])
        || n.Graph.Producer(n.Node.Input[index])?.OpType is "Sigmoid" or "HardSigmoid" or "Softmax";

    // The part above (1) or below (-1) zero.
    private static Value Part(Value x, int side) => Typed(side > 0 ? Emit("Relu", [x]) : -Emit("Relu", [-x]), x);

    // Away from zero on both sides, and never 0 itself.
    private static Value Stable(Value y, double epsilon) => Typed(y + (Step(y) * 2 - 1) * epsilon, y);
}
