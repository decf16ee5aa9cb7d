using Explain.Cli.Terminal;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Evaluation.Annotations;
using Explain.Kernels.Images;

namespace Explain.Cli.Evaluate;

/// <summary>Draws maps as reports show them.</summary>
internal static class MapDrawing
{
    private const int LongestSide = 240;

    /// <summary>A map over its picture, small.</summary>
    /// <param name="model">The model.</param>
    /// <param name="explanation">The explanation of the picture.</param>
    /// <param name="target">One of its maps.</param>
    /// <param name="parameters">What was asked.</param>
    /// <param name="run">On whose behalf.</param>
    public static RgbImage Over(
        OpenModel model,
        Explanation explanation,
        TargetExplanation target,
        ExplainParameters parameters,
        RunContext run
    )
    {
        var geometry = explanation.Geometry;
        var scale = LongestSide / (double)Math.Max(geometry.ImageWidth, geometry.ImageHeight);
        var request = new RequestParameters
        {
            Explain = parameters,
            Output = new OutputParameters
            {
                Size = new RenderSize(RenderCanvas.Exact, Side(geometry.ImageWidth), Side(geometry.ImageHeight)),
            },
        };
        var alone = explanation with { Targets = [target] };
        var png = new ImageWriter(model.Codec, model.Engine).Write(alone, request, ImageFormat.Png, run);
        return model.Codec.Decode(png, long.MaxValue);

        int Side(int side) => Math.Max((int)Math.Round(side * scale), 1);
    }

    /// <summary>A box of a picture on the drawing of it.</summary>
    /// <param name="box">In pixels of the original picture.</param>
    /// <param name="geometry">The picture's.</param>
    /// <param name="drawing">The drawing.</param>
    public static PixelBox Scaled(PixelBox box, Geometry geometry, RgbImage drawing)
    {
        var (x, y) = (drawing.Width / (double)geometry.ImageWidth, drawing.Height / (double)geometry.ImageHeight);
        return new PixelBox(box.Left * x, box.Top * y, box.Right * x, box.Bottom * y);
    }

    /// <summary>A map alone, from its least value to its largest.</summary>
    /// <param name="map">Row-major [side, side].</param>
    /// <param name="side">Rows and columns.</param>
    public static RgbImage Alone(float[] map, int side)
    {
        var (unit, large) = (new float[map.Length], new float[LongestSide * LongestSide]);
        Normalize.MinMax(map, unit, 0);
        Upsample.Bilinear(unit, side, side, large, LongestSide, LongestSide);
        var (entries, pixels) = (new byte[large.Length], new byte[3 * large.Length]);
        ColorMap.Entries(large, entries);
        _ = ColorMap.TryGet("turbo", out var colors);
        colors!.Paint(entries, pixels);
        return new RgbImage(LongestSide, LongestSide, pixels);
    }
}
