namespace Explain.Engine.Images;

/// <summary>Turns and mirrors an image as its EXIF orientation says.</summary>
internal static class Upright
{
    /// <summary>The image as it is meant to be seen.</summary>
    /// <param name="stored">As it lies in the file.</param>
    /// <param name="orientation">EXIF's number, 1 to 8.</param>
    public static RgbImage Turn(RgbImage stored, int orientation)
    {
        if (orientation == 1)
            return stored;
        var (width, height) = orientation >= 5 ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        var upright = new byte[stored.Pixels.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = Source(orientation, x, y, width - 1, height - 1);
                stored.Pixels.AsSpan((row * stored.Width + column) * 3, 3).CopyTo(upright.AsSpan((y * width + x) * 3));
            }
        }
        return new RgbImage(width, height, upright, OrientationApplied: true);
    }

    // Where a pixel of the upright image lies in the stored one; right and bottom are the last of the upright image.
    private static (int Column, int Row) Source(int orientation, int x, int y, int right, int bottom) =>
        orientation switch
        {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (y, right - x),
            7 => (bottom - y, right - x),
            _ => (bottom - y, x),
        };
}
