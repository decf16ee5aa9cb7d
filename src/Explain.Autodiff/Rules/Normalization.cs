using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of operators that divide by a statistic of what they normalise. Their scales and shifts are constants.</summary>
internal static class Normalization
{
    /// <summary>The output of a layer normalisation of a sum that is the sum itself.</summary>
    public const int SumOutput = 3;

    /// <summary>Zero mean and unit variance over the trailing axes, times a scale.</summary>
    public static Value Layer(Forward n, Value dy) => Standardisation.Layer(n).Gradient(n.X, dy);

    /// <summary>Layer normalisation of a sum of inputs, all of which get the same (com.microsoft).</summary>
    public static Value?[] SkipLayer(Forward n, Value dy, bool simplified)
    {
        var gradient = Standardisation.SkipLayer(n, simplified).Gradient(SkipSum(n, simplified), dy);
        if (HasSkipSum(n))
            gradient += n.Cotangent(SumOutput);
        return [gradient, Broadcast.SumTo(gradient, n.Y.Type, n[1]), .. Enumerable.Repeat<Value?>(null, n.Count - 2)];
    }

    /// <summary>What a layer normalisation of a sum normalises.</summary>
    public static Value SkipSum(Forward n, bool simplified) =>
        n.Has(SkipBias(simplified)) ? n[0] + n[1] + n[SkipBias(simplified)] : n[0] + n[1];

    /// <summary>Which input is added to the sum besides the first two.</summary>
    public static int SkipBias(bool simplified) => simplified ? 3 : 4;

    /// <summary>Whether the sum itself is an output, which the next block's sum begins with.</summary>
    public static bool HasSkipSum(Forward n) => n.Node.Output.Count > SumOutput && n.Node.Output[SumOutput].Length > 0;

    /// <summary>Division by the root of the mean square over the trailing axes, times a scale.</summary>
    public static Value Rms(Forward n, Value dy) => Standardisation.Rms(n).Gradient(n.X, dy);

    /// <summary>Zero mean and unit variance over the positions of each feature map, times a scale a channel.</summary>
    public static Value Instance(Forward n, Value dy) => Standardisation.Instance(n).Gradient(n.X, dy);

    /// <summary>Zero mean and unit variance over groups of channels.</summary>
    public static Value Group(Forward n, Value dy) => Standardisation.Group(n).Gradient(n.X, dy);

    /// <summary>Zero mean and unit variance over named axes.</summary>
    public static Value MeanVariance(Forward n, Value dy) => Standardisation.MeanVariance(n).Gradient(n.X, dy);

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
        var (size, alpha, beta) = (n.Int("size", 1), n.Float("alpha", 1e-4f), n.Float("beta", 0.75f));
        var s = Responses(n, n.X);
        var power = Emit("Pow", [s, s.Scalar(-beta)]);
        return dy * power - n.X * Affected(n, dy * n.X * power / s) * (2.0 * alpha * beta / size);
    }

    /// <summary>What a local response normalisation divides by the power of: bias + α/size · Σ x² over nearby channels.</summary>
    public static Value Responses(Forward n, Value x)
    {
        var size = n.Int("size", 1);
        return Nearby(x * x, (size - 1) / 2, size / 2, size) * (n.Float("alpha", 1e-4f) / (double)size) + n.Float("bias", 1);
    }

    /// <summary>The sum over the channels that a channel is near to.</summary>
    public static Value Affected(Forward n, Value x)
    {
        var size = n.Int("size", 1);
        return Nearby(x, size / 2, (size - 1) / 2, size);
    }

    /// <summary>
    /// Batch normalisation in training: by mean and variance of the batch itself. The other outputs are the running statistics.
    /// </summary>
    public static Parts Batch(Forward n)
    {
        var (graph, axes, momentum) = (n.Graph, Ints(n.Graph, 0, 2), (double)n.Float("momentum", 0.9f));
        var x = Reshape(n.X, 0, 0, -1);
        var mean = Emit("ReduceMean", [x, axes]);
        var centred = x - mean;
        var variance = Emit("ReduceMean", [centred * centred, axes]);
        var unit = centred / Emit("Sqrt", [variance + n.Float("epsilon", 1e-5f)]);
        Value Running(Value before, Value now) => before * momentum + Reshape(now, -1) * (1 - momentum);
        return [ReshapeLike(unit * Reshape(n[1], -1, 1) + Reshape(n[2], -1, 1), n.X), Running(n[3], mean), Running(n[4], variance)];
    }

    /// <summary>1 / x, and 0 where x is 0.</summary>
    internal static Value NotInfinite(Value x)
    {
        var zero = IsZero(x);
        return Where(zero, x.Scalar(0), Emit("Reciprocal", [Where(zero, x.Scalar(1), x)]));
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
