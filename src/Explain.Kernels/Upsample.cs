using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Explain.Kernels;

/// <summary>A rectangle of a map in source pixels, by its edges: the whole map of height h and width w is (0, 0, h, w).</summary>
/// <param name="Y">Upper edge; may be negative or fractional.</param>
/// <param name="X">Left edge; may be negative or fractional.</param>
/// <param name="Height">Extent downwards, positive.</param>
/// <param name="Width">Extent to the right, positive.</param>
public readonly record struct SourceWindow(double Y, double X, double Height, double Width);

/// <summary>Resizes maps as OpenCV does, so that heat maps agree with the Python tools that call <c>cv2.resize</c>.</summary>
public static class Upsample
{
    /// <summary>
    /// Resizes a whole map, equal to OpenCV's <c>resize</c> with <c>INTER_LINEAR</c> on 32-bit floats: pixel centres at half
    /// integers, edges repeated, no smoothing when the map shrinks.
    /// </summary>
    /// <remarks>
    /// OpenCV answers the exact halving of both sides by averaging: the same four samples with the same weights, but summed in
    /// another order, so that case alone may differ in the last bit.
    /// </remarks>
    /// <param name="source">Row-major [sourceHeight, sourceWidth]; a value that is not finite spoils every pixel it touches.</param>
    /// <param name="sourceHeight">Rows of the source, positive.</param>
    /// <param name="sourceWidth">Columns of the source, positive.</param>
    /// <param name="destination">Receives [destinationHeight, destinationWidth], in the unit of the source.</param>
    /// <param name="destinationHeight">Rows of the destination, positive.</param>
    /// <param name="destinationWidth">Columns of the destination, positive.</param>
    /// <exception cref="ArgumentException">A side is not positive, a length disagrees with its sides, or the spans overlap.</exception>
    public static void Bilinear(
        ReadOnlySpan<float> source, int sourceHeight, int sourceWidth,
        Span<float> destination, int destinationHeight, int destinationWidth) =>
        Bilinear(source, sourceHeight, sourceWidth, new SourceWindow(0, 0, sourceHeight, sourceWidth), destination, destinationHeight, destinationWidth);

    /// <summary>
    /// Resizes a window of a map: destination pixel d shows the source at <c>start + (d + 0.5) * extent / size - 0.5</c>, on each
    /// axis. Beyond the whole map, not beyond the window, its edge samples repeat.
    /// </summary>
    /// <param name="source">Row-major [sourceHeight, sourceWidth]; a value that is not finite spoils every pixel it touches.</param>
    /// <param name="sourceHeight">Rows of the source, positive.</param>
    /// <param name="sourceWidth">Columns of the source, positive.</param>
    /// <param name="window">The part that fills the destination, in source pixels; may reach beyond the map.</param>
    /// <param name="destination">Receives [destinationHeight, destinationWidth], in the unit of the source.</param>
    /// <param name="destinationHeight">Rows of the destination, positive.</param>
    /// <param name="destinationWidth">Columns of the destination, positive.</param>
    /// <exception cref="ArgumentException">
    /// A side is not positive, a length disagrees with its sides, the window is empty or not finite, or the spans overlap.
    /// </exception>
    public static void Bilinear(
        ReadOnlySpan<float> source, int sourceHeight, int sourceWidth, SourceWindow window,
        Span<float> destination, int destinationHeight, int destinationWidth)
    {
        Require.Area(source.Length, sourceHeight, sourceWidth, nameof(source));
        Require.Area(destination.Length, destinationHeight, destinationWidth, nameof(destination));
        Require.Apart<float>(source, destination);
        CheckWindow(window);

        var upper = ArrayPool<float>.Shared.Rent(destinationWidth);
        var lower = ArrayPool<float>.Shared.Rent(destinationWidth);
        var rentedTaps = ArrayPool<Tap>.Shared.Rent(destinationWidth);
        var (upperRow, lowerRow) = (-1, -1);
        var taps = rentedTaps.AsSpan(0, destinationWidth);
        for (var x = 0; x < destinationWidth; x++)
            taps[x] = Tap.At(x, window.X, window.Width, destinationWidth, sourceWidth).CopyingAtTheEdge();

        for (var y = 0; y < destinationHeight; y++)
        {
            var tap = Tap.At(y, window.Y, window.Height, destinationHeight, sourceHeight);
            if (tap.First == lowerRow)
                (upper, upperRow, lower, lowerRow) = (lower, lowerRow, upper, upperRow);
            if (tap.First != upperRow)
                Stretch(source.Slice((upperRow = tap.First) * sourceWidth, sourceWidth), taps, upper);
            if (tap.Second != lowerRow)
                Stretch(source.Slice((lowerRow = tap.Second) * sourceWidth, sourceWidth), taps, lower);

            var row = destination.Slice(y * destinationWidth, destinationWidth);
            TensorPrimitives.Multiply(lower.AsSpan(0, destinationWidth), tap.SecondWeight, row);
            TensorPrimitives.MultiplyAdd(upper.AsSpan(0, destinationWidth), tap.FirstWeight, row, row);
        }
        ArrayPool<float>.Shared.Return(upper);
        ArrayPool<float>.Shared.Return(lower);
        ArrayPool<Tap>.Shared.Return(rentedTaps);
    }

    private static void Stretch(ReadOnlySpan<float> source, ReadOnlySpan<Tap> taps, Span<float> destination)
    {
        for (var x = 0; x < taps.Length; x++)
            destination[x] = source[taps[x].First] * taps[x].FirstWeight + source[taps[x].Second] * taps[x].SecondWeight;
    }

    private static void CheckWindow(SourceWindow window)
    {
        var isFinite = double.IsFinite(window.Y) && double.IsFinite(window.X) && double.IsFinite(window.Height) && double.IsFinite(window.Width);
        if (!isFinite || window.Height <= 0 || window.Width <= 0)
            throw new ArgumentException($"{window} is empty or not finite.", nameof(window));
    }

    /// <summary>The two samples of one axis that a destination pixel mixes; their weights sum to 1.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tap(int First, int Second, float FirstWeight, float SecondWeight)
    {
        public static Tap At(int pixel, double start, double extent, int size, int samples)
        {
            // As in OpenCV: the scale is the reciprocal of size / extent, and the position is rounded to float before it is split.
            var scale = 1.0 / (size / extent);
            var position = (float)Math.Clamp(start + ((pixel + 0.5) * scale - 0.5), -1, samples);
            var first = (int)MathF.Floor(position);
            var weight = position - first;
            return new Tap(Math.Clamp(first, 0, samples - 1), Math.Clamp(first + 1, 0, samples - 1), 1f - weight, weight);
        }

        /// <summary>Beyond the edge OpenCV copies a column, but mixes a row with itself, which may round.</summary>
        public Tap CopyingAtTheEdge() => First == Second ? new Tap(First, Second, 1f, 0f) : this;
    }
}
