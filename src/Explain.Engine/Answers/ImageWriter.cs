using System.Globalization;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Answers;

/// <summary>Draws explanations.</summary>
public sealed class ImageWriter(IImageCodec codec, EngineOptions options)
{
    /// <summary>One image: the explanation, or a labelled grid of several.</summary>
    public byte[] Write(Explanation explanation, RequestParameters parameters, ImageFormat format, RunContext run) =>
        Encode(Drawn(explanation, parameters, run), format, run);

    /// <summary>The image of each explanation, one at a time.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>: too many pixels together.</exception>
    public IEnumerable<byte[]> WriteEach(Explanation explanation, RequestParameters parameters, ImageFormat format, RunContext run)
    {
        var (width, height) = Extent(explanation, parameters.Output.Size);
        if ((long)width * height * explanation.Targets.Count > options.MaxImagePixels)
        {
            var message =
                $"{explanation.Targets.Count} images of {width}x{height} are more than {options.MaxImagePixels} pixels; ask for "
                + "a smaller size or fewer targets";
            throw new ExplainException(
                ExplainError.InvalidParameter,
                message,
                new Dictionary<string, string[]> { ["include"] = [message] }
            );
        }
        return explanation.Targets.Select(t => Write(explanation with { Targets = [t] }, parameters, format, run));
    }

    private Raster Drawn(Explanation explanation, RequestParameters parameters, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Draw);
        if (explanation.Targets is [var single])
            return stage.Done(Draw(explanation, single, parameters, parameters.Output.Size, run.Cancellation));
        var size = TileSize(explanation, parameters.Output.Size);
        var tiles = explanation.Targets.Select(t =>
            (Draw(explanation, t, parameters, size, run.Cancellation).ToRgb(), Caption(explanation, t))
        );
        return stage.Done(Raster.Of(LabelledGrid.Draw(codec, [.. tiles], Columns(explanation))));
    }

    private byte[] Encode(Raster image, ImageFormat format, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Encode);
        return stage.Done(codec.Encode(image, format, run.Cancellation));
    }

    private static Raster Draw(
        Explanation explanation,
        TargetExplanation target,
        RequestParameters parameters,
        RenderSize size,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        if (!Renders.TryGet(parameters.Output.Render, out var render))
            throw new InvalidOperationException($"no render '{parameters.Output.Render}'");
        return render(
            target.Map,
            explanation.Geometry,
            explanation.Image,
            new RenderOptions
            {
                ColorMap = parameters.Output.ColorMap,
                Alpha = parameters.Output.Alpha,
                Clip = parameters.Explain.Clip ?? PixelMapSmoothing.Clip(MethodTable.Find(target.Method)),
                Sign = parameters.Explain.Sign ?? Sign.Positive,
                Regions = target.Regions,
                Size = size,
            },
            cancellation
        );
    }

    private static RenderSize TileSize(Explanation explanation, RenderSize asked)
    {
        var (width, height) = Extent(explanation, asked);
        var shrink = Math.Sqrt(LabelledGrid.MaxPixels / ((double)width * height * explanation.Targets.Count));
        return shrink >= 1
            ? asked
            : new RenderSize(RenderCanvas.Exact, Math.Max((int)(width * shrink), 1), Math.Max((int)(height * shrink), 1));
    }

    private static (int Width, int Height) Extent(Explanation explanation, RenderSize size) =>
        size.Of(explanation.Geometry, explanation.Targets[0].Map);

    // What is the same in every image is not repeated.
    private static string Caption(Explanation explanation, TargetExplanation shown)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{shown.Name} {shown.Value:0.00}");
        if (explanation.Targets.Any(t => t.Layer != shown.Layer && t.Method == shown.Method))
            name = $"{shown.Layer}: {name}";
        return explanation.Targets.Any(t => t.Method != shown.Method) ? $"{shown.Method}: {name}" : name;
    }

    // In a comparison the targets of one method stand side by side.
    private static int? Columns(Explanation explanation)
    {
        var targets = explanation.Targets.Select(t => t.Subject).Distinct().Count();
        return targets == explanation.Targets.Count ? null : targets * (int)Math.Ceiling(Math.Sqrt(explanation.Targets.Count) / targets);
    }
}
