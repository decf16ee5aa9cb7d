using Explain.Kernels.Blocked;

namespace Explain.Engine.Models.Native;

/// <summary>An operator of the engine's own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">How many inputs a node has at least.</param>
/// <param name="Further">How many more it may have.</param>
/// <param name="InPlace">Whether the output may be written over the first input.</param>
/// <param name="Open">Reads what a node says of itself, and gives what runs it.</param>
internal sealed record NativeKernel(string Name, int Inputs, int Further, bool InPlace, Func<NodeInfo, Action<KernelRun>> Open);

/// <summary>The operators of the engine's own, which compute gradients in the layout of the convolutions around them.</summary>
internal static class NativeKernels
{
    // Rows of a map that are worth a part of the work by themselves.
    private const int FewRows = 8;
    private const int Parts = 4;

    /// <summary>The table.</summary>
    // csharpier-ignore
    public static IReadOnlyList<NativeKernel> All { get; } =
    [
        new("Mask",          2, 0, true,  Mask),
        new("ScaledMask",    3, 1, true,  ScaledMask),
        new("MaxPoolGrad",   3, 0, false, info => Windowed(info, MaxPool<Lanes1>, MaxPool<Lanes8>, MaxPool<Lanes16>)),
        new("Col2Im",        1, 1, false, info => Windowed(info, Columns<Lanes1>, Columns<Lanes8>, Columns<Lanes16>)),
        new("DepthwiseGrad", 2, 0, false, info => Windowed(info, Depthwise<Lanes1>, Depthwise<Lanes8>, Depthwise<Lanes16>)),
        new("Elementwise",   1, 7, true,  ElementKernel.Open),
    ];

    private delegate void WindowKernel(WindowAttributes attributes, KernelRun run);

    private static Action<KernelRun> Windowed(NodeInfo info, WindowKernel plain, WindowKernel of8, WindowKernel of16)
    {
        var (attributes, kernel) = (new WindowAttributes(info), OfBlock(info, plain, of8, of16));
        return run => kernel(attributes, run);
    }

    private static T OfBlock<T>(NodeInfo info, T plain, T of8, T of16) =>
        info.Int("block") switch
        {
            1 => plain,
            8 => of8,
            16 => of16,
            var other => throw new NotSupportedException($"there are no blocks of {other} channels"),
        };

    private static Action<KernelRun> Mask(NodeInfo info)
    {
        var (low, high) = (info.Float("low"), info.Float("high"));
        return run =>
        {
            var (dy, y) = (run.Input(0), run.Input(1));
            var dx = run.Output(dy.Shape);
            var each = Math.Max(1, (dy.Length / (2 * Parts) + 63) / 64 * 64);
            run.Share((dy.Length + each - 1) / each, dy.Length, part =>
            {
                var (start, length) = (part * each, Math.Min(each, dy.Length - part * each));
                Kernels.Blocked.Mask.Between(dy.Slice(start, length), y.Slice(start, length), low, high, dx.Slice(start, length));
            });
        };
    }

    private delegate void MaskKernel(float low, float high, KernelRun run);

    private static Action<KernelRun> ScaledMask(NodeInfo info)
    {
        var (low, high) = (info.Float("low"), info.Float("high"));
        var kernel = OfBlock<MaskKernel>(info, ScaledMask<Lanes1>, ScaledMask<Lanes8>, ScaledMask<Lanes16>);
        return run => kernel(low, high, run);
    }

    // What is added may have more channels, of which the first are meant.
    private static void ScaledMask<TLanes>(float low, float high, KernelRun run)
        where TLanes : struct, ILanes<TLanes>
    {
        var (dy, y, factors) = (run.Input(0), run.Input(1), run.Input(2));
        var added = run.InputCount > 3 ? run.Input(3) : default(NativeTensor?);
        var dx = run.Output(dy.Shape);
        var (blocks, addedBlocks) = (dy.Shape[1] / TLanes.Count, (added?.Shape[1] ?? 0) / TLanes.Count);
        ShareRows<TLanes>(run, dx, (plane, row, start, length) =>
        {
            var (image, block) = (plane / blocks, plane % blocks);
            Kernels.Blocked.Mask.Scaled<TLanes>(
                dy.Slice(start, length),
                y.Slice(start, length),
                low,
                high,
                factors.Part(block, TLanes.Count),
                added is { } more ? more.Slice(start + image * (addedBlocks - blocks) * PlaneOf(dx), length) : default,
                dx.Slice(start, length)
            );
        });

        static long PlaneOf(NativeTensor map) => map.Shape[2] * map.Shape[3] * TLanes.Count;
    }

    private static void MaxPool<TLanes>(WindowAttributes attributes, KernelRun run)
        where TLanes : struct, ILanes<TLanes>
    {
        var (x, y, dy) = (run.Input(0), run.Input(1), run.Input(2));
        var windows = attributes.Windows(x.Shape[2], x.Shape[3], y.Shape);
        var dx = run.Output(x.Shape);
        var (area, count) = (windows.Area * TLanes.Count, windows.Count * TLanes.Count);
        run.Share(x.Length / Math.Max(1, area), x.Length, plane =>
            MaxPoolGradient.Plane<TLanes>(x.Part(plane, area), y.Part(plane, count), dy.Part(plane, count), windows, dx.Part(plane, area))
        );
    }

    private static void Columns<TLanes>(WindowAttributes attributes, KernelRun run)
        where TLanes : struct, ILanes<TLanes>
    {
        var columns = run.Input(0);
        var (channels, height, width) = attributes.Extents;
        var windows = attributes.Windows(height, width, columns.Shape);
        var added = run.InputCount > 1 ? run.Input(1) : default(NativeTensor?);
        var dx = run.Output(columns.Shape[0], channels, height, width);
        var blocks = (int)(channels / TLanes.Count);
        var ofImage = (long)windows.Taps * blocks * windows.Count * TLanes.Count;
        ShareRows<TLanes>(run, dx, (plane, row, start, length) =>
            Kernels.Blocked.Columns.Rows<TLanes>(
                columns.Part(plane / blocks, ofImage),
                blocks,
                plane % blocks,
                windows,
                row,
                added is { } more ? more.Slice(start, length) : default,
                dx.Slice(start, length)
            )
        );
    }

    private static void Depthwise<TLanes>(WindowAttributes attributes, KernelRun run)
        where TLanes : struct, ILanes<TLanes>
    {
        var (dy, weights) = (run.Input(0), run.Input(1));
        var (channels, height, width) = attributes.Extents;
        var windows = attributes.Windows(height, width, dy.Shape);
        var dx = run.Output(dy.Shape[0], channels, height, width);
        var (blocks, count, taps) = ((int)(channels / TLanes.Count), windows.Count * TLanes.Count, windows.Taps * TLanes.Count);
        ShareRows<TLanes>(run, dx, (plane, row, start, length) =>
            DepthwiseGradient.Rows<TLanes>(dy.Part(plane, count), weights.Part(plane % blocks, taps), windows, row, dx.Slice(start, length))
        );
    }

    private delegate void RowKernel(int plane, int row, long start, long length);

    // Few planes are parted into bands of rows.
    private static void ShareRows<TLanes>(KernelRun run, NativeTensor dx, RowKernel kernel)
        where TLanes : struct, ILanes<TLanes>
    {
        var (height, line) = (dx.Shape[2], dx.Shape[3] * TLanes.Count);
        if (dx.Length == 0)
            return;
        if (dx.Shape[1] % TLanes.Count != 0)
            throw new NotSupportedException($"{dx.Shape[1]} channels are no whole number of blocks of {TLanes.Count}");
        var planes = dx.Length / (height * line);
        var bands = Math.Clamp((Parts + planes - 1) / planes, 1, Math.Max(1, height / FewRows));
        var rows = (height + bands - 1) / bands;
        bands = (height + rows - 1) / rows;
        run.Share(planes * bands, dx.Length, part =>
        {
            var (plane, row) = (part / bands, part % bands * rows);
            kernel((int)plane, (int)row, (plane * height + row) * line, Math.Min(rows, height - row) * line);
        });
    }
}
