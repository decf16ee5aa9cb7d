using Explain.Kernels.Segmentation;

namespace Explain.Engine.Images;

/// <summary>
/// The edges of the input's columns and rows on an image, in whole pixels, cut to what the model saw: column c of the input covers the
/// pixels from edge c to before edge c + 1, those whose centre it covers.
/// </summary>
/// <param name="Columns">One more than the input has columns.</param>
/// <param name="Rows">One more than the input has rows.</param>
/// <param name="Width">Pixels of the image.</param>
/// <param name="Height">Pixels of the image.</param>
internal sealed record InputGrid(int[] Columns, int[] Rows, int Width, int Height)
{
    public static InputGrid Of(Geometry geometry)
    {
        var (seen, content) = (geometry.Seen, geometry.Content);
        return new(
            Edges(geometry.InputWidth, content.X, seen.Width / content.Width, seen.X, seen.Width, geometry.ImageWidth),
            Edges(geometry.InputHeight, content.Y, seen.Height / content.Height, seen.Y, seen.Height, geometry.ImageHeight),
            geometry.ImageWidth,
            geometry.ImageHeight
        );
    }

    /// <summary>A rectangle of the input, by its edges; one pixel at least on each axis.</summary>
    public PixelRect Rect((int Left, int Top, int Right, int Bottom) part)
    {
        var (x, width) = Extent(Columns[part.Left], Columns[part.Right], Width);
        var (y, height) = Extent(Rows[part.Top], Rows[part.Bottom], Height);
        return new PixelRect(x, y, width, height);
    }

    /// <summary>The bounds of a region.</summary>
    public PixelRect Rect(Region region) => Rect((region.X, region.Y, region.X + region.Width, region.Y + region.Height));

    private static (int Start, int Length) Extent(int from, int to, int size)
    {
        var start = Math.Min(from, size - 1);
        return (start, Math.Max(to - start, 1));
    }

    private static int[] Edges(int count, double content, double scale, double seen, double seenLength, int size)
    {
        var edges = new int[count + 1];
        for (var i = 0; i <= count; i++)
        {
            var position = Math.Clamp(seen + (i - content) * scale, seen, seen + seenLength);
            edges[i] = Math.Clamp((int)Math.Floor(position + 0.5), 0, size);
        }
        return edges;
    }
}
