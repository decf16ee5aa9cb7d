using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>The colours alone.</summary>
internal static class HeatmapRender
{
    public static Raster Draw(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var colors = HeatPainter.Colors(options);
        if (HeatPainter.Unit(map, options, colors) is not { } unit)
            return new Raster(canvas.Width, canvas.Height, 1, new byte[checked(canvas.Width * canvas.Height)], new Palette([0, 0, 0]));
        var entries = HeatPainter.Entries(unit, map, canvas, cancellation);
        if (canvas.IsPainted)
            return new Raster(canvas.Width, canvas.Height, 1, entries, new Palette([.. colors.Rgb]));
        if (Free(entries, canvas, colors) is not { } free)
            return Colored(entries, canvas, colors);
        canvas.FillOutside(entries, free);
        byte[] rgb = [.. colors.Rgb];
        rgb.AsSpan(3 * free, 3).Clear();
        return new Raster(canvas.Width, canvas.Height, 1, entries, new Palette(rgb));
    }

    // A number for black: that of black itself, or of a colour that no pixel has. Few maps of few pixels have all.
    private static byte? Free(byte[] entries, Canvas canvas, ColorMap colors)
    {
        var used = new bool[256];
        for (var y = 0; y < canvas.Painted.Height; y++)
        {
            foreach (var entry in entries.AsSpan((canvas.Painted.Y + y) * canvas.Width + canvas.Painted.X, canvas.Painted.Width))
                used[entry] = true;
        }
        for (var entry = 0; entry < used.Length; entry++)
        {
            if (!used[entry] || !colors.Rgb.Slice(3 * entry, 3).ContainsAnyExcept((byte)0))
                return (byte)entry;
        }
        return null;
    }

    // One colour more than a palette holds.
    private static Raster Colored(byte[] entries, Canvas canvas, ColorMap colors)
    {
        var (painted, pixels) = (canvas.Painted, new byte[checked(canvas.Width * canvas.Height * 3)]);
        for (var y = painted.Y; y < painted.Y + painted.Height; y++)
        {
            var at = y * canvas.Width + painted.X;
            colors.Paint(entries.AsSpan(at, painted.Width), pixels.AsSpan(3 * at, 3 * painted.Width));
        }
        return new Raster(canvas.Width, canvas.Height, 3, pixels);
    }
}
