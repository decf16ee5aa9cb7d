using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

public static partial class Upsample
{
    private const int CubicTaps = 4;
    private const float Cubic = -0.75f;

    /// <summary>
    /// Resizes a whole map with cubic convolution (Keys 1981, eq. 8, a = -0.75), as OpenCV's <c>resize</c> with <c>INTER_CUBIC</c> on
    /// 32-bit floats: pixel centres at half integers, edges repeated, no smoothing when the map shrinks. Values may leave the range of the
    /// source.
    /// </summary>
    /// <remarks>OpenCV itself differs by a few units in the last place: between its builds with Intel's IPP and those without, which these
    /// are the values of, and there between the columns of a row that fill a vector and those that are left.</remarks>
    /// <param name="source">Row-major [sourceHeight, sourceWidth]; a value that is not finite spoils every pixel it touches.</param>
    /// <param name="sourceHeight">Rows of the source, positive.</param>
    /// <param name="sourceWidth">Columns of the source, positive.</param>
    /// <param name="destination">Receives [destinationHeight, destinationWidth], in the unit of the source.</param>
    /// <param name="destinationHeight">Rows of the destination, positive.</param>
    /// <param name="destinationWidth">Columns of the destination, positive.</param>
    /// <exception cref="ArgumentException">A side is not positive, a length disagrees with its sides, or the spans overlap.</exception>
    public static void Bicubic(
        ReadOnlySpan<float> source,
        int sourceHeight,
        int sourceWidth,
        Span<float> destination,
        int destinationHeight,
        int destinationWidth
    )
    {
        CheckMaps(source, sourceHeight, sourceWidth, destination, destinationHeight, destinationWidth);

        var wide = new float[sourceHeight * destinationWidth];
        Span<float> weights = stackalloc float[CubicTaps];
        for (var x = 0; x < destinationWidth; x++)
        {
            var first = CubicAt(x, destinationWidth, sourceWidth, weights);
            for (var y = 0; y < sourceHeight; y++)
            {
                var sum = 0f;
                for (var tap = 0; tap < CubicTaps; tap++)
                    sum += source[y * sourceWidth + Math.Clamp(first + tap, 0, sourceWidth - 1)] * weights[tap];
                wide[y * destinationWidth + x] = sum;
            }
        }

        destination.Clear();
        var scaled = new float[destinationWidth];
        for (var y = 0; y < destinationHeight; y++)
        {
            var first = CubicAt(y, destinationHeight, sourceHeight, weights);
            var row = destination.Slice(y * destinationWidth, destinationWidth);
            // OpenCV adds the last row first.
            for (var tap = CubicTaps - 1; tap >= 0; tap--)
            {
                var at = Math.Clamp(first + tap, 0, sourceHeight - 1) * destinationWidth;
                TensorPrimitives.Multiply(wide.AsSpan(at, destinationWidth), weights[tap], scaled);
                TensorPrimitives.Add(row, scaled, row);
            }
        }
    }

    // As in OpenCV: the scale is the reciprocal of size / samples, the position is rounded to float before it is split, and the last weight
    // is what the others leave of 1.
    private static int CubicAt(int pixel, int size, int samples, Span<float> weights)
    {
        var position = (float)((pixel + 0.5) * (1.0 / ((double)size / samples)) - 0.5);
        var floor = MathF.Floor(position);
        var x = position - floor;
        weights[0] = ((Cubic * (x + 1) - 5 * Cubic) * (x + 1) + 8 * Cubic) * (x + 1) - 4 * Cubic;
        weights[1] = ((Cubic + 2) * x - (Cubic + 3)) * x * x + 1;
        weights[2] = ((Cubic + 2) * (1 - x) - (Cubic + 3)) * (1 - x) * (1 - x) + 1;
        weights[3] = 1 - weights[0] - weights[1] - weights[2];
        return (int)floor - 1;
    }
}
