using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>The image with the boxes of the regions outlined, in green with a black rim inside, that of the largest score on top.</summary>
internal static class BoxesRender
{
    // A line is a pixel wide for each of these on the longer side.
    private const int SideForPixel = 160;
    private static readonly byte[] Green = [0, 255, 0];
    private static readonly byte[] Black = [0, 0, 0];

    public static Raster Draw(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var canvas = Canvas.Of(options.Size, geometry, map);
        var drawn = canvas.Image(options.Size.Canvas, geometry, picture.Whole);
        // The original is not drawn on.
        if (ReferenceEquals(drawn, picture.Whole))
            drawn = drawn with { Pixels = [.. drawn.Pixels] };
        var grid = InputGrid.Of(options.Size.On(geometry, map));
        var line = Math.Max((Math.Max(canvas.Width, canvas.Height) + SideForPixel / 2) / SideForPixel, 1);
        foreach (var found in options.Regions.Reverse())
        {
            var box = grid.Rect(found.Edges);
            Frame(drawn, box, 0, line, Green);
            Frame(drawn, box, line, line + (line + 1) / 2, Black);
        }
        return Raster.Of(drawn);
    }

    // The pixels of a rectangle that lie so far from its nearest edge.
    private static void Frame(RgbImage image, PixelRect box, int from, int to, byte[] color)
    {
        for (var depth = from; depth < to; depth++)
        {
            var (left, top, right, bottom) = (box.X + depth, box.Y + depth, box.X + box.Width - 1 - depth, box.Y + box.Height - 1 - depth);
            if (left > right || top > bottom)
                return;
            for (var x = left; x <= right; x++)
            {
                Set(x, top);
                Set(x, bottom);
            }
            for (var y = top; y <= bottom; y++)
            {
                Set(left, y);
                Set(right, y);
            }
        }

        void Set(int x, int y) => color.CopyTo(image.Pixels.AsSpan((y * image.Width + x) * 3));
    }
}
