using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>The colours alone.</summary>
internal static class HeatmapRender
{
    public static RgbImage Draw(SaliencyMap map, Geometry geometry, RgbImage original, RenderOptions options)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var colors = HeatPainter.Colors(options);
        var image = canvas.Empty();
        if (HeatPainter.Unit(map, options, colors) is { } unit)
            HeatPainter.Paint(unit, map, canvas, image.Pixels, colors.Apply);
        return image;
    }
}
