using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>
/// White where the map's positive part is at least the threshold's share of its maximum, black elsewhere. Sign and clipping play no part.
/// </summary>
internal static class MaskRender
{
    public static RgbImage Draw(SaliencyMap map, Geometry geometry, RgbImage original, RenderOptions options)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var image = canvas.Empty();
        var positive = HeatPainter.Positive(map);
        var range = Normalize.RangeOf(positive);
        if (range.IsConstant || !range.IsFinite)
            return image;

        var threshold = options.Threshold * range.Max;
        HeatPainter.Paint(positive, map, canvas, image.Pixels, (values, row) =>
        {
            for (var x = 0; x < values.Length; x++)
            {
                if (values[x] >= threshold)
                    row.Slice(3 * x, 3).Fill(255);
            }
        });
        return image;
    }
}
