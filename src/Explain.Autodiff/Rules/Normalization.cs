using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of operators that divide by a statistic of what they normalise. Their scales and shifts are constants.</summary>
internal static class Normalization
{
    private const double VarianceGuard = 1e-9;
    private const int SumOutput = 3;
    private const int MostAxes = 64;

    /// <summary>Zero mean and unit variance over the trailing axes, times a scale.</summary>
    public static Value Layer(Forward n, Value dy) => Standardised(n.X, dy * n[1], Trailing(n, n.Int("axis", -1)), Epsilon(n));

    /// <summary>Layer normalisation of a sum of inputs, all of which get the same (com.microsoft).</summary>
    public static Value?[] SkipLayer(Forward n, Value dy, bool simplified)
    {
        var (scale, sum) = (n[2], n[0] + n[1]);
        var bias = simplified ? 3 : 4;
        if (n.Has(bias))
            sum += n[bias];
        var (axes, epsilon) = (Ints(n.Graph, -1), Epsilon(n));
        var gradient = simplified ? RootMeanSquared(sum, dy * scale, axes, epsilon) : Standardised(sum, dy * scale, axes, epsilon);
        // The sum itself is an output, which the next block's sum begins with.
        if (n.Node.Output.Count > SumOutput && n.Node.Output[SumOutput].Length > 0)
            gradient += n.Cotangent(SumOutput);
        return [gradient, Broadcast.SumTo(gradient, n.Y.Type, n[1]), .. Enumerable.Repeat<Value?>(null, n.Count - 2)];
    }

    /// <summary>Division by the root of the mean square over the trailing axes, times a scale.</summary>
    public static Value Rms(Forward n, Value dy) => RootMeanSquared(n.X, dy * n[1], Trailing(n, n.Int("axis", -1)), Epsilon(n));

    /// <summary>Zero mean and unit variance over the positions of each feature map, times a scale a channel.</summary>
    public static Value Instance(Forward n, Value dy)
    {
        var flat = Ints(n.Graph, 0, 0, -1);
        var (x, g) = (Emit("Reshape", [n.X, flat]), Emit("Reshape", [dy, flat]));
        return ReshapeLike(Standardised(x, g * Unsqueeze(n[1], Ints(n.Graph, 1)), Ints(n.Graph, 2), Epsilon(n)), n.X);
    }

    /// <summary>
    /// Zero mean and unit variance over groups of channels; the scale is one a group before opset 21, and one a channel from then on.
    /// </summary>
    public static Value Group(Forward n, Value dy)
    {
        var groups = n.Int("num_groups", 1);
        var byGroup = Ints(n.Graph, 0, groups, -1);
        var scale = Unsqueeze(n[1], Ints(n.Graph, 1));
        var scaled =
            n.Graph.Opset < 21
                ? Emit("Reshape", [dy, byGroup]) * scale
                : Emit("Reshape", [Emit("Reshape", [dy, Ints(n.Graph, 0, 0, -1)]) * scale, byGroup]);
        return ReshapeLike(Standardised(Emit("Reshape", [n.X, byGroup]), scaled, Ints(n.Graph, 2), Epsilon(n)), n.X);
    }

    /// <summary>Zero mean and unit variance over named axes.</summary>
    public static Value MeanVariance(Forward n, Value dy) =>
        Standardised(n.X, dy, Ints(n.Graph, n.Ints("axes") ?? [0, 2, 3]), 0, VarianceGuard);

    /// <summary>x / ‖x‖: (dy - y Σ dy y) / ‖x‖, with the sign of y instead of y for p = 1. Zeros stay zeros.</summary>
    public static Value Lp(Forward n, Value dy)
    {
        var (axes, p) = (Ints(n.Graph, n.Int("axis", -1)), n.Int("p", 2));
        var norm = Emit(p == 1 ? "ReduceL1" : "ReduceL2", [n.X, axes], Of("keepdims", 1));
        var direction = p == 1 ? Emit("Sign", [n.X]) : n.Y;
        return (dy - direction * Sum(dy * n.Y, axes)) * NotInfinite(norm);
    }

    /// <summary>
    /// x · s^-β with s = bias + α/size · Σ x² over nearby channels: dy s^-β - 2 α β / size · x Σ dy y / s, the sum over the channels that
    /// this one is near to.
    /// </summary>
    public static Value LocalResponse(Forward n, Value dy)
    {
        var (size, alpha, beta, bias) = (n.Int("size", 1), n.Float("alpha", 1e-4f), n.Float("beta", 0.75f), n.Float("bias", 1));
        var (before, after) = ((size - 1) / 2, size / 2);
        var s = Nearby(n.X * n.X, before, after, size) * ((double)alpha / size) + bias;
        var power = Emit("Pow", [s, s.Scalar(-beta)]);
        return dy * power - n.X * Nearby(dy * n.X * power / s, after, before, size) * (2.0 * alpha * beta / size);
    }

    /// <summary>1 / x, and 0 where x is 0.</summary>
    internal static Value NotInfinite(Value x)
    {
        var zero = IsZero(x);
        return Where(zero, x.Scalar(0), Emit("Reciprocal", [Where(zero, x.Scalar(1), x)]));
    }

    // (g - mean g - x̂ mean(g x̂)) / σ, where g is the cotangent of x̂ = (x - μ) / σ.
    private static Value Standardised(Value x, Value g, Value axes, double epsilon, double guard = 0)
    {
        var centred = x - Mean(x, axes);
        var deviation = Emit("Sqrt", [Mean(centred * centred, axes) + epsilon]);
        var (over, ofRoot) = (
            Emit("Reciprocal", [deviation + guard]),
            guard == 0 ? Emit("Reciprocal", [deviation]) : NotInfinite(deviation)
        );
        var unit = centred * over;
        return (g - Mean(g, axes) - centred * ofRoot * Mean(g * unit, axes)) * over;
    }

    private static Value RootMeanSquared(Value x, Value g, Value axes, double epsilon)
    {
        var over = Emit("Reciprocal", [Emit("Sqrt", [Mean(x * x, axes) + epsilon])]);
        var unit = x * over;
        return (g - unit * Mean(g * unit, axes)) * over;
    }

    private static float Epsilon(Forward n) => n.Float("epsilon", 1e-5f);

    private static Value Mean(Value x, Value axes) => Emit("ReduceMean", [x, axes], Of("keepdims", 1));

    private static Value Trailing(Forward n, long axis)
    {
        // Counted from the last, axes need no rank.
        var count = axis < 0 ? -axis : n.Rank(0) - n.Axis(axis);
        if (count is < 1 or > MostAxes)
            throw n.Refusal($"its input has no axis {axis}");
        return Ints(n.Graph, [.. Enumerable.Range(0, (int)count).Select(i => axis + i)]);
    }

    // The sum over channels c - before … c + after, by an average over that axis.
    private static Value Nearby(Value x, long before, long after, long size)
    {
        var (graph, shape) = (x.Graph, Shape(x));
        var flat = Reshape(
            x,
            Concat(
                0,
                Slice(shape, Ints(graph, 0), Ints(graph, 1)),
                Ints(graph, 1),
                Slice(shape, Ints(graph, 1), Ints(graph, 2)),
                Ints(graph, -1)
            )
        );
        var averaged = Emit(
            "AveragePool",
            [flat],
            Of("kernel_shape", [size, 1]),
            Of("pads", [before, 0, after, 0]),
            Of("count_include_pad", 1)
        );
        return ReshapeLike(averaged * size, x);
    }
}
