using System.Globalization;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Answers;

/// <summary>Draws explanations.</summary>
public sealed class ImageWriter(IImageCodec codec, EngineOptions options)
{
    /// <summary>One image: the explanation, or a labelled grid of several.</summary>
    public byte[] Write(Explanation explanation, RequestParameters parameters, ImageFormat format, CancellationToken cancellation)
    {
        if (explanation.Targets is [var single])
            return codec.Encode(Draw(explanation, single, parameters, parameters.Output.Size, cancellation), format, cancellation);
        var size = TileSize(explanation, parameters.Output.Size);
        return codec.Encode(
            LabelledGrid.Draw(
                codec,
                [.. explanation.Targets.Select(t => (Draw(explanation, t, parameters, size, cancellation), Caption(explanation, t)))],
                Columns(explanation)
            ),
            format,
            cancellation
        );
    }

    /// <summary>The image of each explanation, one at a time.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>: too many pixels together.</exception>
    public IEnumerable<byte[]> WriteEach(
        Explanation explanation,
        RequestParameters parameters,
        ImageFormat format,
        CancellationToken cancellation
    )
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
        return explanation.Targets.Select(t =>
            codec.Encode(Draw(explanation, t, parameters, parameters.Output.Size, cancellation), format, cancellation)
        );
    }

    private static RgbImage Draw(
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
                Threshold = parameters.Explain.Threshold ?? MethodTable.All.First(m => m.Id == target.Method).Threshold,
                Size = size,
            }
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
        size.Canvas switch
        {
            RenderCanvas.Exact => (size.Width, size.Height),
            RenderCanvas.Input => (explanation.Geometry.InputWidth, explanation.Geometry.InputHeight),
            RenderCanvas.Map => (explanation.Targets[0].Map.Width, explanation.Targets[0].Map.Height),
            _ => (explanation.Image.Width, explanation.Image.Height),
        };

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
