using static Explain.Autodiff.Ops;

namespace Explain.Autodiff;

/// <summary>How a linear layer hands relevance to its input.</summary>
/// <param name="plain">The gradient rule of the operator.</param>
/// <param name="epsilon">Keeps a quotient finite.</param>
internal delegate GradientRule LinearRelevance(GradientRule plain, double epsilon);

/// <summary>
/// Relevance propagation as rules of a rule set: what is handed down is not a gradient but a share of the score. With s = r / y, every operator that is linear in its
/// input x gives x · Jᵀs, which its gradient rule can compute.
/// </summary>
internal static class Relevance
{
    /// <summary>Captum's stabilizer.</summary>
    public const double Epsilon = 1e-9;

    /// <summary>TorchRay's, for quotients whose denominator is a sum of what the numerator holds.</summary>
    public const double Tiny = 1e-20;

    /// <summary>Operators with weights.</summary>
    public static IReadOnlyList<string> Linear { get; } = ["Conv", "Gemm", "MatMul"];

    private static readonly string[] Averages = ["AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum"];

    // One input, and as many relevances as values: what an activation makes of its input is its own.
    private static readonly string[] Activations =
        ["Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Celu", "Selu", "Softplus", "Softsign", "Mish", "Gelu", "ThresholdedRelu"];

    // These move values, as their gradient moves cotangents.
    private static readonly string[] Movers =
        ["MaxPool", "GlobalMaxPool", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Gather", "Slice", "Split", "Pad", "Identity", "Dropout", "Cast"];

    /// <summary>A rule set; operators that no rule of relevance is known for have none.</summary>
    public static RuleSet Rules(string name, LinearRelevance linear, double epsilon) => new(name,
    [
        .. Linear.Select(op => KeyValuePair.Create(op, linear(GradientRules.Plain.Rule(op), epsilon))),
        .. Averages.Select(op => KeyValuePair.Create(op, Share(GradientRules.Plain.Rule(op), epsilon))),
        .. Activations.Select(op => KeyValuePair.Create<string, GradientRule>(op, (_, r) => [r])),
        .. Movers.Where(GradientRules.Plain.Operators.Contains).Select(op => KeyValuePair.Create(op, GradientRules.Plain.Rule(op))),
        KeyValuePair.Create("Add", Sum(linear, GradientRules.Plain.Rule("Add"), epsilon)),
        KeyValuePair.Create("Sub", Sum(linear, GradientRules.Plain.Rule("Sub"), epsilon)),
        KeyValuePair.Create("Mul", Broadcast.Elementwise(Gated)),
        KeyValuePair.Create("Div", Broadcast.Elementwise((_, r) => [r, null])),
        KeyValuePair.Create("BatchNormalization", linear == Shared ? Share(GradientRules.Plain.Rule("BatchNormalization"), epsilon) : (_, r) => [r, null, null, null, null]),
    ]);

    /// <summary>x · Wᵀ(r / (W x + b)).</summary>
    public static GradientRule Shared(GradientRule plain, double epsilon) => (n, r) => [Share(plain, epsilon)(n, r)[0]];

    /// <summary>x · W⁺ᵀ(r / W⁺x).</summary>
    public static GradientRule Excitatory(GradientRule plain, double epsilon) => (n, r) => [Through(n, n.X, Part(n[1], 1), null, plain, r, epsilon)];

    /// <summary>As <see cref="Shared"/>, with W + γ W⁺ in the place of W.</summary>
    public static LinearRelevance Favouring(double gamma) => (plain, epsilon) => (n, r) =>
        [Through(n, n.X, Typed(n[1] + Part(n[1], 1) * gamma, n[1]), n.Has(2) ? n[2] : null, plain, r, epsilon)];

    /// <summary>x⁺ · W⁺ᵀs + x⁻ · W⁻ᵀs with s = r / (W⁺x⁺ + W⁻x⁻).</summary>
    public static GradientRule Positive(GradientRule plain, double epsilon) => (n, r) =>
    {
        var (above, below) = (Again(n, Part(n.X, 1), Part(n[1], 1), null), Again(n, Part(n.X, -1), Part(n[1], -1), null));
        var s = Typed(r / Stable(above.Y + below.Y, epsilon), n.Y);
        return [above.X * plain(above, s)[0]!.Value + below.X * plain(below, s)[0]!.Value];
    };

    private static Value Through(Forward n, Value x, Value weights, Value? bias, GradientRule plain, Value r, double epsilon)
    {
        var again = Again(n, x, weights, bias);
        return x * plain(again, Typed(r / Stable(again.Y, epsilon), n.Y))[0]!.Value;
    }

    private static GradientRule Share(GradientRule plain, double epsilon) => (n, r) =>
        [.. plain(n, Typed(r / Stable(n.Y, epsilon), n.Y)).Select((g, i) => g is { } gradient ? gradient * n[i] : (Value?)null)];

    // A constant summand is a bias: it takes its share where biases do.
    private static GradientRule Sum(LinearRelevance linear, GradientRule plain, double epsilon) => (n, r) =>
        linear != Shared && (IsConstant(n.Graph, n.Node.Input[0]) || IsConstant(n.Graph, n.Node.Input[1])) ? Broadcast.Elementwise((_, whole) => [whole, whole])(n, r)
        : linear == Positive && n.Node.OpType == "Add" ? Broadcast.Elementwise((m, whole) => PositiveSum(m, whole, epsilon))(n, r)
        : Share(plain, epsilon)(n, r);

    private static Value?[] PositiveSum(Forward n, Value r, double epsilon)
    {
        var (a, b) = (Part(n[0], 1), Part(n[1], 1));
        var s = r / Stable(a + b, epsilon);
        return [a * s, b * s];
    }

    // A factor from a saturating function opens or closes a way; what goes the way is the other factor. A constant scales.
    private static Value?[] Gated(Forward n, Value r)
    {
        var (first, second) = (IsGate(n, 0), IsGate(n, 1));
        return first == second ? [r * 0.5, r * 0.5] : first ? [null, r] : [r, null];
    }

    private static bool IsGate(Forward n, int index) =>
        IsConstant(n.Graph, n.Node.Input[index]) || n.Graph.Producer(n.Node.Input[index])?.OpType is "Sigmoid" or "HardSigmoid" or "Softmax";

    private static bool IsConstant(Graph graph, string value) =>
        graph.Constant(value) is not null || graph.Producer(value) is { OpType: "Gather" or "Unsqueeze" or "Reshape" or "Cast" } node && IsConstant(graph, node.Input[0]);

    private static Forward Again(Forward n, Value x, Value weights, Value? bias)
    {
        var node = Node(n.Node.OpType, bias is null ? [x, weights] : [x, weights, bias], 1, n.Node.Attribute.Select(a => a.Clone()));
        Typed(n.Graph[node.Output[0]], n.Y);
        return new Forward(n.Graph, node);
    }

    // The part above (1) or below (-1) zero.
    private static Value Part(Value x, int side) => Typed(side > 0 ? Emit("Relu", [x]) : -Emit("Relu", [-x]), x);

    // Away from zero on both sides, and never 0 itself.
    private static Value Stable(Value y, double epsilon) => Typed(y + (Step(y) * 2 - 1) * epsilon, y);

    private static Value Typed(Value value, Value like)
    {
        if (like.Type is { } type) value.Graph.Declare(value.Name, type);
        return value;
    }
}
