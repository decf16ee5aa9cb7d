using System.Buffers;

namespace Explain.Kernels.Images;

/// <summary>A rectangle of a map in source pixels, by its edges: the whole map of height h and width w is (0, 0, h, w).</summary>
/// <param name="Y">Upper edge; may be negative or fractional.</param>
/// <param name="X">Left edge; may be negative or fractional.</param>
/// <param name="Height">Extent downwards, positive.</param>
/// <param name="Width">Extent to the right, positive.</param>
public readonly record struct SourceWindow(double Y, double X, double Height, double Width);

/// <summary>Resizes maps as OpenCV and PyTorch do, so that heat maps agree with the Python tools that call them.</summary>
public static partial class Upsample
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
        ReadOnlySpan<float> source,
        int sourceHeight,
        int sourceWidth,
        Span<float> destination,
        int destinationHeight,
        int destinationWidth
    ) =>
        Bilinear(
            source,
            sourceHeight,
            sourceWidth,
            new SourceWindow(0, 0, sourceHeight, sourceWidth),
            destination,
            destinationHeight,
            destinationWidth
        );

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
        ReadOnlySpan<float> source,
        int sourceHeight,
        int sourceWidth,
        SourceWindow window,
        Span<float> destination,
        int destinationHeight,
        int destinationWidth
    )
    {
        CheckMaps(source, sourceHeight, sourceWidth, destination, destinationHeight, destinationWidth);

        var taps = ArrayPool<Tap>.Shared.Rent(destinationHeight + destinationWidth);
        var rows = taps.AsSpan(0, destinationHeight);
        var columns = taps.AsSpan(destinationHeight, destinationWidth);
        Taps(window, sourceHeight, sourceWidth, rows, columns);
        TapMix.Fill(source, sourceWidth, rows, columns, destination);
        ArrayPool<Tap>.Shared.Return(taps);
    }

    /// <summary>
    /// Resizes a whole map so that its corner samples lie in the corner pixels: PyTorch's <c>interpolate</c> with
    /// <c>mode="bilinear", align_corners=True</c>, which pytorch-grad-cam's Score-CAM and the official FullGrad call.
    /// </summary>
    /// <remarks>Positions are exact where PyTorch rounds them to float, which moves its values by up to 1e-7 times the side of the
    /// source.</remarks>
    /// <param name="source">Row-major [sourceHeight, sourceWidth]; a value that is not finite spoils every pixel it touches.</param>
    /// <param name="sourceHeight">Rows of the source, positive.</param>
    /// <param name="sourceWidth">Columns of the source, positive.</param>
    /// <param name="destination">Receives [destinationHeight, destinationWidth], in the unit of the source; a side of one shows the first
    /// sample.</param>
    /// <param name="destinationHeight">Rows of the destination, positive.</param>
    /// <param name="destinationWidth">Columns of the destination, positive.</param>
    /// <exception cref="ArgumentException">A side is not positive, a length disagrees with its sides, or the spans overlap.</exception>
    public static void BilinearAlignedCorners(
        ReadOnlySpan<float> source,
        int sourceHeight,
        int sourceWidth,
        Span<float> destination,
        int destinationHeight,
        int destinationWidth
    )
    {
        CheckMaps(source, sourceHeight, sourceWidth, destination, destinationHeight, destinationWidth);

        var taps = ArrayPool<Tap>.Shared.Rent(destinationHeight + destinationWidth);
        var rows = taps.AsSpan(0, destinationHeight);
        var columns = taps.AsSpan(destinationHeight, destinationWidth);
        for (var y = 0; y < destinationHeight; y++)
            rows[y] = Tap.AtAlignedCorners(y, destinationHeight, sourceHeight);
        for (var x = 0; x < destinationWidth; x++)
            columns[x] = Tap.AtAlignedCorners(x, destinationWidth, sourceWidth);
        TapMix.Fill(source, sourceWidth, rows, columns, destination);
        ArrayPool<Tap>.Shared.Return(taps);
    }

    /// <summary>
    /// Resizes a whole map by copying samples, equal to PyTorch's <c>interpolate</c> with <c>mode="nearest"</c>, the default of
    /// Captum's <c>LayerAttribution.interpolate</c>: destination pixel d shows sample <c>floor(d * (samples / size))</c>, the scale and
    /// the product rounded to float.
    /// </summary>
    /// <param name="source">Row-major [sourceHeight, sourceWidth], any values.</param>
    /// <param name="sourceHeight">Rows of the source, positive.</param>
    /// <param name="sourceWidth">Columns of the source, positive.</param>
    /// <param name="destination">Receives [destinationHeight, destinationWidth].</param>
    /// <param name="destinationHeight">Rows of the destination, positive.</param>
    /// <param name="destinationWidth">Columns of the destination, positive.</param>
    /// <exception cref="ArgumentException">A side is not positive, a length disagrees with its sides, or the spans overlap.</exception>
    public static void Nearest(
        ReadOnlySpan<float> source,
        int sourceHeight,
        int sourceWidth,
        Span<float> destination,
        int destinationHeight,
        int destinationWidth
    )
    {
        CheckMaps(source, sourceHeight, sourceWidth, destination, destinationHeight, destinationWidth);

        var rented = ArrayPool<int>.Shared.Rent(destinationWidth);
        var columns = rented.AsSpan(0, destinationWidth);
        for (var x = 0; x < destinationWidth; x++)
            columns[x] = NearestSample(x, destinationWidth, sourceWidth);
        for (var y = 0; y < destinationHeight; y++)
        {
            var from = source.Slice(NearestSample(y, destinationHeight, sourceHeight) * sourceWidth, sourceWidth);
            var to = destination.Slice(y * destinationWidth, destinationWidth);
            for (var x = 0; x < destinationWidth; x++)
                to[x] = from[columns[x]];
        }
        ArrayPool<int>.Shared.Return(rented);
    }

    private static int NearestSample(int pixel, int size, int samples) => Math.Min((int)(pixel * ((float)samples / size)), samples - 1);

    private static void CheckMaps(
        ReadOnlySpan<float> source,
        int sourceHeight,
        int sourceWidth,
        ReadOnlySpan<float> destination,
        int destinationHeight,
        int destinationWidth
    )
    {
        Require.Area(source.Length, sourceHeight, sourceWidth, nameof(source));
        Require.Area(destination.Length, destinationHeight, destinationWidth, nameof(destination));
        Require.Apart(source, destination);
    }

    /// <summary>For each row and each column of the destination, the samples that it mixes.</summary>
    /// <exception cref="ArgumentException">The window is empty or not finite.</exception>
    internal static void Taps(SourceWindow window, int sourceHeight, int sourceWidth, Span<Tap> rows, Span<Tap> columns)
    {
        CheckWindow(window);
        for (var y = 0; y < rows.Length; y++)
            rows[y] = Tap.At(y, window.Y, window.Height, rows.Length, sourceHeight);
        for (var x = 0; x < columns.Length; x++)
            columns[x] = Tap.At(x, window.X, window.Width, columns.Length, sourceWidth).CopyingAtTheEdge();
    }

    private static void CheckWindow(SourceWindow window)
    {
        var isFinite =
            double.IsFinite(window.Y) && double.IsFinite(window.X) && double.IsFinite(window.Height) && double.IsFinite(window.Width);
        if (!isFinite || window.Height <= 0 || window.Width <= 0)
            throw new ArgumentException($"{window} is empty or not finite.", nameof(window));
    }
}
