using Explain.Kernels.Segmentation;

namespace Explain.Engine.Images;

/// <summary>Regions of the model's input as pixels and polygons of an image.</summary>
public static class RegionShapes
{
    /// <summary>
    /// The pixels whose centre lies in a region; a region without any, as the image is smaller than the input, has those of its box.
    /// </summary>
    /// <param name="regions">In pixels of the input.</param>
    /// <param name="geometry">Where the input lies on the image.</param>
    /// <returns>Row-major, one byte for each pixel of the image: 1 in a region, else 0.</returns>
    public static byte[] Mask(IEnumerable<Region> regions, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(geometry);
        var grid = InputGrid.Of(geometry);
        var mask = new byte[checked(geometry.ImageWidth * geometry.ImageHeight)];
        foreach (var region in regions)
        {
            var isShown = false;
            foreach (var run in region.Runs)
            {
                var (left, right) = (grid.Columns[run.Left], grid.Columns[run.Right + 1]);
                var (top, bottom) = (grid.Rows[run.Y], grid.Rows[run.Y + 1]);
                Fill(mask, geometry.ImageWidth, new PixelRect(left, top, right - left, bottom - top));
                isShown |= left < right && top < bottom;
            }
            if (!isShown)
                Fill(mask, geometry.ImageWidth, grid.Rect(region));
        }
        return mask;
    }

    /// <summary>
    /// The outer border of a region along the edges of pixels: what it encloses is the region of <see cref="Mask"/> with its holes filled.
    /// </summary>
    /// <param name="region">In pixels of the input.</param>
    /// <param name="geometry">Where the input lies on the image.</param>
    /// <returns>As COCO writes polygons, [x1, y1, x2, y2, …], clockwise, in pixels of the image; four corners or more.</returns>
    public static IReadOnlyList<int> Polygon(Region region, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(geometry);
        var grid = InputGrid.Of(geometry);
        var corners = new List<(int X, int Y)>();
        foreach (var (x, y) in Contours.Outline(region))
            Append(corners, (grid.Columns[x], grid.Rows[y]));
        while (corners.Count > 2 && (corners[0] == corners[^1] || IsStraight(corners[^2], corners[^1], corners[0])))
            corners.RemoveAt(corners.Count - 1);
        while (corners.Count > 2 && IsStraight(corners[^1], corners[0], corners[1]))
            corners.RemoveAt(0);
        if (corners.Count < 4)
        {
            var (x, y, width, height) = grid.Rect(region);
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        }
        return [.. corners.SelectMany(c => new[] { c.X, c.Y })];
    }

    private static void Fill(byte[] mask, int width, PixelRect part)
    {
        for (var y = part.Y; y < part.Y + part.Height && part.Width > 0; y++)
            mask.AsSpan(y * width + part.X, part.Width).Fill(1);
    }

    // Edges of the input that lie in one pixel fall together.
    private static void Append(List<(int X, int Y)> corners, (int X, int Y) corner)
    {
        if (corners.Count > 0 && corners[^1] == corner)
            return;
        if (corners.Count > 1 && IsStraight(corners[^2], corners[^1], corner))
            corners.RemoveAt(corners.Count - 1);
        if (corners.Count == 0 || corners[^1] != corner)
            corners.Add(corner);
    }

    private static bool IsStraight((int X, int Y) a, (int X, int Y) b, (int X, int Y) c) =>
        (a.X == b.X && b.X == c.X) || (a.Y == b.Y && b.Y == c.Y);
}
