using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>How a weighted sum of a value hands relevance to the value.</summary>
/// <param name="product">The operator, and which of its factors is the value.</param>
/// <param name="relevance">What arrived at its output.</param>
/// <param name="epsilon">Keeps a quotient finite.</param>
internal delegate Value LinearRelevance(Product product, Value relevance, double epsilon);

/// <summary>How a sum hands relevance to its summands.</summary>
/// <param name="sum">The sum.</param>
/// <param name="summands">What it is the sum of.</param>
/// <param name="relevance">What arrived at the sum.</param>
/// <param name="epsilon">Keeps a quotient finite.</param>
internal delegate Value[] SumRelevance(Value sum, Value[] summands, Value relevance, double epsilon);

/// <summary>How relevance parts among contributions: the one thing that tells rule sets of relevance apart.</summary>
/// <param name="Linear">At weighted sums.</param>
/// <param name="Summed">At sums.</param>
/// <param name="Epsilon">Keeps quotients finite.</param>
/// <param name="Biases">Whether biases, and what amounts to them, take their share; otherwise all is handed on.</param>
internal sealed record Shares(LinearRelevance Linear, SumRelevance Summed, double Epsilon, bool Biases)
{
    /// <summary>Captum's stabilizer.</summary>
    private const double Captum = 1e-9;

    /// <summary>TorchRay's, for quotients whose denominator is a sum of what the numerator holds.</summary>
    private const double TorchRay = 1e-20;

    /// <summary>In proportion to contributions: x · Wᵀ(r / (W x + b)).</summary>
    public static Shares Proportional { get; } = new(Shared, Shared, Captum, Biases: true);

    /// <summary>In proportion to activation times positive weight: x · W⁺ᵀ(r / W⁺x); sums by their summands as they are.</summary>
    public static Shares Excitatory { get; } =
        new((p, r, e) => Shared(p.With(p.Value, Positive(p.Weights), bias: false), r, e), Shared, TorchRay, Biases: false);

    /// <summary>In proportion to positive contributions: x⁺ · W⁺ᵀs + x⁻ · W⁻ᵀs with s = r / (W⁺x⁺ + W⁻x⁻).</summary>
    public static Shares Positives { get; } =
        new(
            (product, r, epsilon) =>
            {
                var parts = Positive(product);
                var s = r / Stable(Total(parts), epsilon);
                return Total(parts, s);
            },
            (_, summands, r, epsilon) =>
            {
                Value[] positive = [.. summands.Select(v => Part(v, 1))];
                var s = r / Stable(positive.Aggregate((a, b) => a + b), epsilon);
                return [.. positive.Select(p => p * s)];
            },
            Captum,
            Biases: false
        );

    /// <summary>
    /// In proportion to contributions, but those of the sign of their sum count 1 + γ times. Of values and sums above 0 that is W + γ W⁺ in
    /// the place of W; where sums can be negative, W + γ W⁺ would bring their denominators to 0. What has no weights shares in proportion.
    /// </summary>
    public static Shares Favouring(double gamma) =>
        new(
            (product, r, epsilon) =>
            {
                if (product.Weights is null)
                    return Shared(product, r, epsilon);
                var output = product.Output;
                var contributed = product.HasBias ? product.With(product.Value, product.Weights, bias: false).Output : output;
                var parts = Positive(product);
                var (s, favoured, others) = Favoured(output, contributed, Total(parts), r, gamma, epsilon);
                return product.Contributions(s * others) + Total(parts, favoured);
            },
            Shared,
            Captum,
            Biases: true
        );

    /// <summary>Away from zero on both sides, and never 0 itself.</summary>
    public static Value Stable(Value y, double epsilon) => Relevance.Typed(y + (Step(y) * 2 - 1) * epsilon, y);

    // x · Wᵀ(r / (W x + b)).
    private static Value Shared(Product product, Value r, double epsilon) => product.Contributions(r / Stable(product.Output, epsilon));

    private static Value[] Shared(Value sum, Value[] summands, Value r, double epsilon)
    {
        var s = r / Stable(sum, epsilon);
        return [.. summands.Select(v => v * s)];
    }

    // The negative contributions are what is left of all without the positive ones.
    private static (Value S, Value Favoured, Value Others) Favoured(
        Value output,
        Value contributed,
        Value positive,
        Value r,
        double gamma,
        double epsilon
    )
    {
        var (up, down) = (Step(output), 1 - Step(output));
        var s = r / Stable(output + (up * positive + down * (contributed - positive)) * gamma, epsilon);
        return (s, s * (up - down) * gamma, down * gamma + 1);
    }

    // The products of numbers of the same sign. What an operator weighs by itself has weights above 0.
    private static Product[] Positive(Product product) =>
        product.Weights is { } weights
            ?
            [
                product.With(Part(product.Value, 1), Part(weights, 1), bias: false),
                product.With(Part(product.Value, -1), Part(weights, -1), bias: false),
            ]
            : [product.With(Part(product.Value, 1), null, bias: false)];

    private static Value Total(Product[] parts) => parts.Select(p => p.Output).Aggregate((a, b) => a + b);

    private static Value Total(Product[] parts, Value s) => parts.Select(p => p.Contributions(s)).Aggregate((a, b) => a + b);

    private static Value? Positive(Value? weights) => weights is { } w ? Part(w, 1) : null;

    // The part above (1) or below (-1) zero.
    private static Value Part(Value x, int side) => Relevance.Typed(side > 0 ? Emit("Relu", [x]) : -Emit("Relu", [-x]), x);
}
