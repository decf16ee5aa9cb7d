using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// A normalisation that divides by the root of a mean square: y = scale · (x - μ) / √(mean (x - μ)² + ε) + shift, with or without the mean
/// μ. Scale and shift are constants.
/// </summary>
/// <param name="Axes">What a statistic is taken over, once values are folded.</param>
/// <param name="Centred">Whether the mean is taken off.</param>
/// <param name="Epsilon">ε.</param>
internal sealed record Standardisation(Value Axes, bool Centred, double Epsilon)
{
    private const double VarianceGuard = 1e-9;
    private const int MostAxes = 64;

    // The shape in which the axes are those of one statistic; null where they are so from the beginning.
    private Value? Folding { get; init; }

    // From the cotangent of the result to that of the standardised value, folded.
    private Func<Value, Value> Scaled { get; init; } = g => g;

    // Added to the root.
    private double Guard { get; init; }

    /// <summary>The last axes, with a scale.</summary>
    public static Standardisation Layer(Forward n) =>
        new(Trailing(n, n.Int("axis", -1)), Centred: true, EpsilonOf(n)) { Scaled = g => g * n[1] };

    /// <summary>The last axes without centring, with a scale.</summary>
    public static Standardisation Rms(Forward n) => Layer(n) with { Centred = false };

    /// <summary>The last axis of a sum of inputs, with a scale (com.microsoft).</summary>
    public static Standardisation SkipLayer(Forward n, bool simplified) =>
        new(Ints(n.Graph, -1), !simplified, EpsilonOf(n)) { Scaled = g => g * n[2] };

    /// <summary>The positions of each feature map, with a scale a channel.</summary>
    public static Standardisation Instance(Forward n)
    {
        var flat = Ints(n.Graph, 0, 0, -1);
        return new(Ints(n.Graph, 2), Centred: true, EpsilonOf(n))
        {
            Folding = flat,
            Scaled = dy => Folded(dy, flat) * Unsqueeze(n[1], Ints(n.Graph, 1)),
        };
    }

    /// <summary>Groups of channels; the scale is one a group before opset 21, and one a channel from then on.</summary>
    public static Standardisation Group(Forward n)
    {
        var byGroup = Ints(n.Graph, 0, n.Int("num_groups", 1), -1);
        Value Scale() => Unsqueeze(n[1], Ints(n.Graph, 1));
        return new(Ints(n.Graph, 2), Centred: true, EpsilonOf(n))
        {
            Folding = byGroup,
            Scaled = dy =>
                n.Graph.Opset < 21 ? Folded(dy, byGroup) * Scale() : Folded(Folded(dy, Ints(n.Graph, 0, 0, -1)) * Scale(), byGroup),
        };
    }

    /// <summary>Named axes, without a scale.</summary>
    public static Standardisation MeanVariance(Forward n) =>
        new(Ints(n.Graph, n.Ints("axes") ?? [0, 2, 3]), Centred: true, 0) { Guard = VarianceGuard };

    /// <summary>A value in the shape in which <see cref="Axes"/> are axes.</summary>
    public Value Fold(Value x) => Folding is { } shape ? Folded(x, shape) : x;

    /// <summary>Back to the shape of a value.</summary>
    public Value Unfold(Value folded, Value like) => Folding is null ? folded : ReshapeLike(folded, like);

    /// <summary>The mean over <see cref="Axes"/>, which stay.</summary>
    public Value Mean(Value x) => Emit("ReduceMean", [x, Axes], Of("keepdims", 1));

    /// <summary>
    /// Jᵀ dy: (g - mean g - x̂ mean(g x̂)) / σ, where g is the cotangent of x̂ = (x - μ) / σ; without centring, no mean of g.
    /// </summary>
    public Value Gradient(Value value, Value dy)
    {
        var (x, g) = (Fold(value), Scaled(dy));
        var (centred, deviation, over) = Spread(x);
        var ofRoot = Guard == 0 ? over : Normalization.NotInfinite(deviation);
        var unit = centred * over;
        var own = Centred ? g - Mean(g) : g;
        return Unfold((own - centred * ofRoot * Mean(g * unit)) * over, value);
    }

    /// <summary>
    /// The multipliers of differences between two values x and x', whose sum with x - x' is that of dy with the difference of the results:
    /// with means v̄ and ḡ over both of v = x - μ and of 1/σ, Δ(v/σ) = ḡ Δv + v̄ Δ(1/σ), and Δ(1/σ) = -2 mean(v̄ Δv) / (σ σ' (σ + σ')).
    /// </summary>
    public Value Multiplier(Value value, Value other, Value dy)
    {
        var g = Scaled(dy);
        var ((centred, deviation, over), (centred2, deviation2, over2)) = (Spread(Fold(value)), Spread(Fold(other)));
        var middle = (centred + centred2) * 0.5;
        var fall = over * over2 * Normalization.NotInfinite(deviation + deviation2) * 2;
        var ofCentred = g * ((over + over2) * 0.5) - middle * fall * Mean(g * middle);
        return Unfold(Centred ? ofCentred - Mean(ofCentred) : ofCentred, value);
    }

    private (Value Centred, Value Deviation, Value Over) Spread(Value x)
    {
        var centred = Centred ? x - Mean(x) : x;
        var deviation = Emit("Sqrt", [Mean(centred * centred) + Epsilon]);
        return (centred, deviation, Emit("Reciprocal", [Guard == 0 ? deviation : deviation + Guard]));
    }

    private static Value Folded(Value x, Value shape) => Emit("Reshape", [x, shape]);

    private static float EpsilonOf(Forward n) => n.Float("epsilon", 1e-5f);

    private static Value Trailing(Forward n, long axis)
    {
        // Counted from the last, axes need no rank.
        var count = axis < 0 ? -axis : n.Rank(0) - n.Axis(axis);
        if (count is < 1 or > MostAxes)
            throw n.Refusal($"its input has no axis {axis}");
        return Ints(n.Graph, [.. Enumerable.Range(0, (int)count).Select(i => axis + i)]);
    }
}
