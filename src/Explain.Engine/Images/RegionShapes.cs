using Explain.Kernels.Segmentation;

namespace Explain.Engine.Images;

/// <summary>Regions of the model's input as pixels of an image.</summary>
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

    private static void Fill(byte[] mask, int width, PixelRect part)
    {
        for (var y = part.Y; y < part.Y + part.Height && part.Width > 0; y++)
            mask.AsSpan(y * width + part.X, part.Width).Fill(1);
    }
}
