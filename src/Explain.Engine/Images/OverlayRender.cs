using System.Buffers;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>The image with the colours mixed in.</summary>
internal static class OverlayRender
{
    public static RgbImage Draw(SaliencyMap map, Geometry geometry, RgbImage original, RenderOptions options)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var colors = HeatPainter.Colors(options);
        var image = canvas.Image(options.Size.Canvas, geometry, original);
        if (HeatPainter.Unit(map, options, colors) is not { } unit)
            return image;

        var heat = ArrayPool<byte>.Shared.Rent(canvas.Painted.Width * 3);
        HeatPainter.Paint(unit, map, canvas, image.Pixels, (values, row) =>
        {
            var painted = heat.AsSpan(0, row.Length);
            colors.Apply(values, painted);
            Blend.Over(row, painted, options.Alpha, row);
        });
        ArrayPool<byte>.Shared.Return(heat);
        return image;
    }
}
