using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>
/// White where the map's positive part is at least the threshold's share of its maximum, black elsewhere. Sign and clipping play no part.
/// </summary>
internal static class MaskRender
{
    private static readonly Palette BlackAndWhite = new([0, 0, 0, 255, 255, 255]);

    public static Raster Draw(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var white = new byte[checked(canvas.Width * canvas.Height)];
        var positive = HeatPainter.Positive(map);
        var range = Normalize.RangeOf(positive);
        if (!range.IsConstant && range.IsFinite)
        {
            var threshold = options.Threshold * range.Max;
            void Paint(int y, ReadOnlySpan<float> values)
            {
                var row = white.AsSpan((canvas.Painted.Y + y) * canvas.Width + canvas.Painted.X, values.Length);
                for (var x = 0; x < row.Length; x++)
                    row[x] = values[x] >= threshold ? (byte)1 : (byte)0;
            }
            HeatPainter.Paint(positive, map, canvas, Paint, cancellation);
        }
        return new Raster(canvas.Width, canvas.Height, 1, white, BlackAndWhite);
    }
}
