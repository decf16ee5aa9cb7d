namespace Explain.Kernels.Segmentation;

/// <summary>The outer border of a region; holes in it play no part.</summary>
public static class Contours
{
    /// <summary>
    /// The area inside the polygon through the centres of the border's pixels: OpenCV's <c>contourArea</c> of the contour that
    /// <c>findContours</c> gives, without tracing it. Each square of four neighbouring centres is inside as a whole when all four belong to
    /// the region without its holes, by half when three do, else not at all. So a line of pixels has no area, and a square of n by n
    /// pixels that of n - 1 by n - 1.
    /// </summary>
    /// <param name="region">In map pixels.</param>
    /// <returns>In square pixels, 0 or more, a multiple of a half.</returns>
    public static double Area(Region region)
    {
        var raster = new RegionRaster(region);
        var (filled, width) = (raster.Filled(), raster.Width);
        var halves = 0L;
        for (var at = 0; at + width + 1 < filled.Length; at++)
        {
            // One across the end of a row has empty centres alone.
            var inside = (filled[at] ? 1 : 0) + (filled[at + 1] ? 1 : 0) + (filled[at + width] ? 1 : 0) + (filled[at + width + 1] ? 1 : 0);
            halves += Math.Max(inside - 2, 0);
        }
        return halves / 2.0;
    }

    /// <summary>
    /// The polygon along the edges of the border's pixels: what it encloses is the region with its holes filled. Pixels that touch at a
    /// corner are enclosed by one polygon, which passes through that corner twice.
    /// </summary>
    /// <param name="region">In map pixels.</param>
    /// <returns>
    /// Its corners, clockwise from the upper left corner of the leftmost pixel of the first row, the first one not repeated; pixel (x, y)
    /// has its corners at x and x + 1, y and y + 1. Four or more.
    /// </returns>
    public static IReadOnlyList<(int X, int Y)> Outline(Region region)
    {
        var raster = new RegionRaster(region);
        var start = (X: region.Runs[0].Left, region.Runs[0].Y);
        var corners = new List<(int X, int Y)> { start };
        var (x, y, dx, dy) = (start.X + 1, start.Y, 1, 0);
        while ((x, y, dx, dy) != (start.X, start.Y, 0, -1))
        {
            // The pixels ahead, on the left and the right of a walker who has the region on the right.
            var left = raster.Has(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
            var right = raster.Has(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2);
            if (left || !right)
            {
                corners.Add((x, y));
                (dx, dy) = left ? (dy, -dx) : (-dy, dx);
            }
            (x, y) = (x + dx, y + dy);
        }
        return corners;
    }
}
