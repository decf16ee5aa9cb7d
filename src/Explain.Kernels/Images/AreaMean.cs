namespace Explain.Kernels.Images;

/// <summary>A plane on a grid of other extents, by area.</summary>
public static class AreaMean
{
    /// <summary>Each cell of the result is the mean of what it covers, so that the mean of the whole stays as it is.</summary>
    /// <param name="source">Row-major [sourceHeight, sourceWidth].</param>
    /// <param name="sourceHeight">Rows.</param>
    /// <param name="sourceWidth">Columns.</param>
    /// <param name="destination">Receives [height, width].</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <exception cref="ArgumentException">A length does not fit its extents, or the spans overlap.</exception>
    public static void Resize(ReadOnlySpan<float> source, int sourceHeight, int sourceWidth, Span<float> destination, int height, int width)
    {
        Require.Area(source.Length, sourceHeight, sourceWidth);
        Require.Area(destination.Length, height, width);
        Require.Apart(source, destination);
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var sum = 0.0;
                for (var y = First(row, sourceHeight, height); y * height < (row + 1) * sourceHeight; y++)
                {
                    var line = 0.0;
                    for (var x = First(column, sourceWidth, width); x * width < (column + 1) * sourceWidth; x++)
                        line += source[y * sourceWidth + x] * (double)Covered(x, column, sourceWidth, width);
                    sum += line * Covered(y, row, sourceHeight, height);
                }
                destination[row * width + column] = (float)(sum / ((double)sourceHeight * sourceWidth));
            }
        }
    }

    // In whole numbers: of the axis's length, source * destination, a cell of the source takes as many as there are in the destination.
    private static int First(int to, int source, int destination) => to * source / destination;

    private static int Covered(int from, int to, int source, int destination) =>
        Math.Min((from + 1) * destination, (to + 1) * source) - Math.Max(from * destination, to * source);
}
