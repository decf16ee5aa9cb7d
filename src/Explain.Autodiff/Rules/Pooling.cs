using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of the poolings that are more than one line.</summary>
internal static class Pooling
{
    // So many values a window are weights of 64 MB; no network has such windows.
    private const long LargestWindow = 1 << 24;

    /// <summary>
    /// An average pool is the sum over each window times a factor that depends on the position only (pads and overhanging windows count
    /// differently): so its gradient spreads cotangent times factor over the window.
    /// </summary>
    public static Value AverageGradient(Forward n, Value dy)
    {
        var kernel = Kernel(n);
        var rank = kernel.Length;
        var (strides, dilations) = (Convolution.Per(n, "strides", rank), Convolution.Per(n, "dilations", rank));
        var pads = Convolution.Pads(n, rank);
        if (rank == 2 && NativeAverage(n, dy, kernel, strides, dilations, pads) is { } native)
            return native;
        var weights = Ones(n, kernel);
        // One channel at a time: [N, C, …] → [N * C, 1, …], so the number of channels need not be known.
        var planes = Flat(dy * Factor(n, dy, kernel, strides, dilations, pads, weights), rank);
        var spread = Convolution.Transposed(planes, weights, Flat(n.X, rank), kernel, strides, dilations, pads, 1);
        return ReshapeLike(spread, n.X);
    }

    /// <summary>(Σ |x|ᵖ)^(1/p): each position of a window gets sign(x) |x|ᵖ⁻¹ times dy y¹⁻ᵖ.</summary>
    public static Value LpGradient(Forward n, Value dy) => LpSlope(n) * Summands(n, LpShare(n, dy));

    /// <summary>Of a sum over windows: each position gets what its windows have, added up.</summary>
    public static Value Summands(Forward n, Value ofWindows)
    {
        var kernel = Kernel(n);
        var rank = kernel.Length;
        var (strides, dilations) = (Convolution.Per(n, "strides", rank), Convolution.Per(n, "dilations", rank));
        var planes = Flat(ofWindows, rank);
        return ReshapeLike(
            Convolution.Transposed(planes, Ones(n, kernel), Flat(n.X, rank), kernel, strides, dilations, Convolution.Pads(n, rank), 1),
            n.X
        );
    }

    /// <summary>The same over whole feature maps.</summary>
    public static Value GlobalLpGradient(Forward n, Value dy) => LpSlope(n) * LpShare(n, dy);

    /// <summary>Extents of the windows.</summary>
    public static long[] Kernel(Forward n)
    {
        var kernel = n.Ints("kernel_shape") ?? throw n.Refusal("it has no kernel_shape");
        return
            kernel.All(k => k is >= 1 and <= LargestWindow)
            && kernel.Aggregate(1L, (a, b) => Math.Min(a * b, LargestWindow + 1)) <= LargestWindow
            ? kernel
            : throw n.Refusal("its kernel_shape is no window");
    }

    // A norm of zeros has no derivative; 0 is taken.
    private static Value LpShare(Forward n, Value dy)
    {
        var p = n.Int("p", 2);
        var zero = IsZero(n.Y);
        var safe = Where(zero, n.Y.Scalar(1), n.Y);
        return Where(zero, n.Y.Scalar(0), p == 1 ? dy : dy / Emit("Pow", [safe, safe.Scalar(p - 1)]));
    }

    /// <summary>The derivative of |x|ᵖ / p.</summary>
    public static Value LpSlope(Forward n) =>
        n.Int("p", 2) switch
        {
            1 => Emit("Sign", [n.X]),
            2 => n.X,
            var p => Emit("Sign", [n.X]) * Emit("Pow", [Emit("Abs", [n.X]), n.X.Scalar(p - 1)]),
        };

    /// <summary>Everything goes to the first of the largest values of each feature map.</summary>
    public static Value GlobalMaxGradient(Forward n, Value dy)
    {
        var shape = Shape(n.X);
        var lead = Slice(shape, Ints(n.Graph, 0), Ints(n.Graph, 2));
        var flat = Reshape(n.X, Ops.Concat(0, lead, Ints(n.Graph, -1)));
        var first = Emit("ArgMax", [flat], Of("axis", 2), Of("keepdims", 1)).As(Onnx.TensorProto.Types.DataType.Int64);
        var updates = Reshape(dy, Ops.Concat(0, lead, Ints(n.Graph, 1)));
        return Reshape(Emit("ScatterElements", [Fill(Shape(flat), dy.Element, 0), first, updates], Of("axis", 2)), shape);
    }

    private static Value? NativeAverage(Forward n, Value dy, long[] kernel, long[] strides, long[] dilations, long[] pads)
    {
        if (
            !n.Graph.TakesNative
            || n.X.Element != Onnx.TensorProto.Types.DataType.Float
            || n.X.Type?.FixedFrom(1) is not [var channels, _, _]
            || kernel[0] * kernel[1] * channels > LargestWindow
        )
        {
            return null;
        }

        var area = kernel[0] * kernel[1];
        // Where all windows have one factor, it is that of the taps.
        var (held, tap) = IsWhole(n, pads) ? (dy, 1f / area) : (dy * Factor(n, dy, kernel, strides, dilations, pads, Ones(n, kernel)), 1f);
        var weights = Tensors.Float([channels, 1, .. kernel], [.. Enumerable.Repeat(tap, (int)(channels * area))]);
        return NativeForms.Depthwise(n, held, n.Graph.Add(weights), kernel);
    }

    private static bool IsWhole(Forward n, long[] pads) => pads.All(p => p == 0) && n.Int("ceil_mode", 0) == 0;

    // The operator itself on ones, divided by the number of ones in each window: exact for every combination of pads, ceil_mode and
    // count_include_pad.
    private static Value Factor(Forward n, Value dy, long[] kernel, long[] strides, long[] dilations, long[] pads, Value weights)
    {
        var rank = kernel.Length;
        var whole = 1.0 / kernel.Aggregate(1L, (a, b) => a * b);
        if (IsWhole(n, pads))
            return dy.Scalar(whole);
        var spatial = n.X.Type?.FixedFrom(2) is { } fixedExtents
            ? Ints(n.Graph, fixedExtents)
            : Slice(Shape(n.X), Ints(n.Graph, 2), Ints(n.Graph, long.MaxValue));
        var ones = Fill(Ops.Concat(0, Ints(n.Graph, 1, 1), spatial), dy.Element, 1);
        var averaged = Emit("AveragePool", [ones], n.Node.Attribute.Select(a => a.Clone()));
        // ceil_mode may add one window that hangs over the end: pad far enough for it, then cut to the same extent.
        var ends = pads.Skip(rank).Select((p, i) => p + (n.Int("ceil_mode", 0) != 0 ? strides[i] - 1 : 0));
        var counted = Emit(
            "Conv",
            [ones, weights],
            Of("kernel_shape", kernel),
            Of("strides", strides),
            Of("dilations", dilations),
            Of("pads", [.. pads.Take(rank), .. ends])
        );
        return averaged / CropLike(counted, averaged);
    }

    private static Value Ones(Forward n, long[] kernel)
    {
        var weights = n.Graph.Add(Tensors.Float([1, 1, .. kernel], [.. Enumerable.Repeat(1f, (int)kernel.Aggregate(1L, (a, b) => a * b))]));
        return n.X.Element == weights.Element ? weights : Cast(weights, n.X.Element);
    }

    private static Value Flat(Value x, int rank)
    {
        var spatial = Slice(Shape(x), Ints(x.Graph, 2), Ints(x.Graph, long.MaxValue));
        var flat = Reshape(x, Ops.Concat(0, Ints(x.Graph, -1, 1), spatial));
        if (x.Type?.Dims is { } dims && dims.Count == rank + 2)
            x.Graph.Declare(flat.Name, new TensorType(x.Element, [Dim.Unknown, 1, .. dims.Skip(2)]));
        return flat;
    }
}
