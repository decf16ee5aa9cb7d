using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>
/// The colours alone, to be laid over one's own picture: the larger the value, the more opaque, up to the options' alpha; nothing where the
/// map is zero or the model did not look.
/// </summary>
internal static class LayerRender
{
    private const int Entries = 256;

    public static Raster Draw(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var colors = HeatPainter.Colors(options);
        if (HeatPainter.Unit(map, options, colors) is not { } unit)
            return new Raster(canvas.Width, canvas.Height, 1, new byte[checked(canvas.Width * canvas.Height)], new Palette([0, 0, 0], [0]));
        // A diverging map has zero in its middle.
        var zero = colors.IsDiverging ? Entries / 2 : 0;
        var entries = HeatPainter.Entries(unit, map, canvas, cancellation);
        canvas.FillOutside(entries, (byte)zero);
        var alpha = Enumerable.Range(0, Entries).Select(e => Opacity(e, zero, options.Alpha)).ToArray();
        return new Raster(canvas.Width, canvas.Height, 1, entries, new Palette([.. colors.Rgb], alpha));
    }

    private static byte Opacity(int entry, int zero, float most)
    {
        var share = entry < zero ? (float)(zero - entry) / zero : (float)(entry - zero) / (Entries - 1 - zero);
        return (byte)(255 * most * share + 0.5f);
    }
}
