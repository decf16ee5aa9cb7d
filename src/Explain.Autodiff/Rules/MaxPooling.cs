using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>
/// The gradient of a max pooling: each window gives its cotangent to the first of its largest values. ONNX Runtime finds their positions
/// slowly (MaxPool with indices, ScatterElements); where the extents are known, they are found axis by axis with operators that stay in the
/// blocked layout of convolutions: pools, depthwise convolutions and products.
/// </summary>
internal static class MaxPooling
{
    // With less than that in an image, the many small nodes of the blocked form cost more than they save.
    private const long FewElements = 1 << 16;

    /// <summary>The cotangent of the input.</summary>
    public static Value InputGradient(Forward n, Value dy) =>
        Axes(n) is [var rows, var columns] axes && (!axes.Any(a => a.ReachesOutside) || IsRectified(n.Y, dy))
            ? Blocked(n.X, dy, rows, columns)
            : ScatterFlat(n.X, Positions(n), dy);

    /// <summary>Whether the gradient has a form that stays in the blocked layout.</summary>
    public static bool CanStayBlocked(Forward n) => Axes(n) is not null;

    /// <summary>How windows lie along an axis.</summary>
    /// <param name="Index">The axis.</param>
    /// <param name="Extent">Extent of the input.</param>
    /// <param name="Kernel">Extent of a window.</param>
    /// <param name="Stride">From one window to the next.</param>
    /// <param name="Begin">How far the first window lies before the input.</param>
    /// <param name="Windows">Number of windows.</param>
    private readonly record struct Axis(int Index, long Extent, long Kernel, long Stride, long Begin, long Windows)
    {
        public bool ReachesOutside => Begin > 0 || Overhang(Windows) > 0;

        /// <summary>
        /// So many windows that every position of the input lies in the first stride of one: those behind the last get no cotangent.
        /// </summary>
        public long AllWindows => Math.Max(Windows, (Extent + Stride - 1) / Stride);

        public long End => Math.Max(0, Overhang(AllWindows));

        private long Overhang(long windows) => (windows - 1) * Stride + Kernel - Begin - Extent;

        public long[] With(long value, long other) => Index == 2 ? [value, other] : [other, value];

        public long[] Pads(long begin, long end) => [.. With(begin, 0), .. With(end, 0)];
    }

    private static Axis[]? Axes(Forward n)
    {
        if (
            n.X.Element != DataType.Float
            || n.X.Type?.FixedFrom(1) is not [var channels, var height, var width]
            || n.Y.Type?.FixedFrom(2) is not { } windows
        )
        {
            return null;
        }

        var kernel = Pooling.Kernel(n);
        if (kernel.Length != 2 || windows.Length != 2)
            return null;
        var (strides, pads) = (Convolution.Per(n, "strides", 2), Convolution.Pads(n, 2));
        if (
            channels % 16 != 0
            || channels * height * width < FewElements
            || kernel.Zip(strides).Any(a => a.First < a.Second || a.Second < 1)
            || Convolution.Per(n, "dilations", 2).Any(d => d > 1)
        )
        {
            return null;
        }

        return [new(2, height, kernel[0], strides[0], pads[0], windows[0]), new(3, width, kernel[1], strides[1], pads[1], windows[1])];
    }

    // Outside of the input the blocked form reads zeros. They take nothing from a window whose maximum is above 0, and a ReLU behind the
    // pool lets nothing back to others.
    private static bool IsRectified(Value y, Value dy) =>
        dy.Graph.Producer(dy.Name) is { OpType: "Mul" } product
        && product
            .Input.Select(dy.Graph.Producer)
            .Any(step =>
                step?.OpType == "HardSigmoid" && dy.Graph.Producer(step.Input[0]) is { OpType: "Relu" } relu && relu.Input[0] == y.Name
            );

    // Of the largest values of a window, the first in row-major order lies in the first row that has one, and is the first there.
    private static Value Blocked(Value x, Value dy, Axis rows, Axis columns)
    {
        var ofRows = Pool(x, columns);
        var ofWindows = Pool(ofRows, rows);
        var added = new[] { 0, 0, rows.AllWindows - rows.Windows, columns.AllWindows - columns.Windows };
        var complete = added.Any(a => a > 0) ? Depthwise(dy, [1, 1], [1], [1, 1], added) : dy;
        return Back(x, ofRows, Back(ofRows, ofWindows, complete, rows), columns);
    }

    private static Value Pool(Value x, Axis axis) =>
        axis.Kernel == 1
            ? x
            : Declared(
                Emit(
                    "MaxPool",
                    [x],
                    Of("kernel_shape", axis.With(axis.Kernel, 1)),
                    Of("strides", axis.With(axis.Stride, 1)),
                    Of("pads", axis.Pads(axis.Begin, axis.End))
                ),
                x,
                axis.Index,
                axis.AllWindows
            );

    // From the maxima y along one axis back to x.
    private static Value Back(Value x, Value y, Value dy, Axis axis)
    {
        if (axis.Kernel == 1)
            return dy;
        // What each position of the windows gets; the positions before it have left it what they are not the maximum for.
        var shares = new List<Value>();
        var left = dy;
        for (var position = 0; position < axis.Kernel - 1; position++)
        {
            var weights = new float[axis.Kernel];
            weights[position] = -1;
            var isLastButOne = position == axis.Kernel - 2;
            if (isLastButOne)
                weights[position + 1] = 1;
            var above = Depthwise(x, axis.With(axis.Kernel, 1), weights, axis.With(axis.Stride, 1), axis.Pads(axis.Begin, axis.End));
            var passed = Like(y, left * Like(y, Step(isLastButOne ? above : Like(y, above + y))));
            shares.Add(Like(y, Depthwise(passed, [1, 1], [-1]) + left));
            left = passed;
        }
        shares.Add(left);
        var phases = Enumerable
            .Range(0, (int)axis.Stride)
            .Select(phase =>
                shares
                    .Index()
                    .Select(s => (s.Item, Distance: s.Index - axis.Begin - phase))
                    .Where(s => s.Distance % axis.Stride == 0)
                    .Select(s => Shift(s.Item, axis, s.Distance / axis.Stride))
                    .Aggregate((sum, share) => Like(y, share + sum))
            );
        return Interleave([.. phases], axis);
    }

    // Towards the end of the axis, or with a negative distance towards its beginning.
    private static Value Shift(Value x, Axis axis, long by) =>
        by == 0 ? x
        : by > 0 ? Depthwise(x, axis.With(by + 1, 1), [1, .. new float[by]], [1, 1], axis.Pads(by, 0))
        : Depthwise(x, axis.With(1 - by, 1), [.. new float[-by], 1], [1, 1], axis.Pads(0, -by));

    // Phase p holds the positions p, p + stride, p + 2 stride, …; what lies behind the extent is dropped.
    private static Value Interleave(Value?[] phases, Axis axis)
    {
        var graph = phases[0]!.Value.Graph;
        var type = phases[0]!.Value.Type!;
        var (channels, height, width) = (type.Dims![1].Size!.Value, type.Dims[2].Size!.Value, type.Dims[3].Size!.Value);
        var extent = axis.AllWindows * axis.Stride;
        if (axis.Index == 2)
        {
            var whole = Declared(Reshape(Ops.Concat(3, phases), 0, channels, extent, width), phases[0]!.Value, 2, extent);
            // A convolution that cuts also brings the result back into the blocked layout, where products stay only if both factors are.
            return Depthwise(whole, [extent - axis.Extent + 1, 1], [1, .. new float[extent - axis.Extent]]);
        }
        // With the channels last, one phase next to the other is one position next to the other.
        var positions = Reshape(Transpose(Ops.Concat(1, phases), 0, 2, 3, 1), 0, height, extent, channels);
        if (extent > axis.Extent)
            positions = Slice(positions, Ints(graph, 0), Ints(graph, axis.Extent), Ints(graph, 2));
        return Transpose(positions, 0, 3, 1, 2);
    }

    // The same small kernel for every channel by itself.
    private static Value Depthwise(Value x, long[] kernel, float[] weights, long[]? strides = null, long[]? pads = null)
    {
        var dims = x.Type!.Dims!;
        var channels = dims[1].Size!.Value;
        (strides, pads) = (strides ?? [1, 1], pads ?? new long[4]);
        var w = x.Graph.Add(Tensors.Float([channels, 1, .. kernel], [.. Enumerable.Range(0, (int)channels).SelectMany(_ => weights)]));
        var y = Emit("Conv", [x, w], Of("kernel_shape", kernel), Of("strides", strides), Of("pads", pads), Of("group", channels));
        var extents = Enumerable
            .Range(0, 2)
            .Select(i => (Dim)((dims[i + 2].Size!.Value + pads[i] + pads[i + 2] - kernel[i]) / strides[i] + 1));
        x.Graph.Declare(y.Name, x.Type with { Dims = [dims[0], dims[1], .. extents] });
        return y;
    }

    private static Value Declared(Value v, Value like, int axis, long extent)
    {
        v.Graph.Declare(v.Name, like.Type! with { Dims = [.. like.Type!.Dims!.Select((d, i) => i == axis ? extent : d)] });
        return v;
    }

    private static Value Like(Value like, Value v)
    {
        v.Graph.Declare(v.Name, like.Type!);
        return v;
    }

    // Where each maximum came from, as flat positions in the input.
    private static Value Positions(Forward n)
    {
        if (n.Int("storage_order", 0) == 0)
            return n.Output(1).As(DataType.Int64);
        // Column-major indices number the positions differently: ask again.
        var rows = Node("MaxPool", [n.X], 2, n.Node.Attribute.Where(a => a.Name != "storage_order").Select(a => a.Clone()));
        return n.Graph[rows.Output[1]].As(DataType.Int64);
    }
}
