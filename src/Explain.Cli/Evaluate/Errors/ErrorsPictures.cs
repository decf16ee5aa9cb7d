using Explain.Cli.Evaluate.Report;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Annotations;
using Explain.Evaluation.Clusters;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>Explains pictures again, to show them.</summary>
/// <param name="matched">The model, with the pictures' classes.</param>
/// <param name="question">What was asked of it.</param>
/// <param name="pictures">Has the pictures' files.</param>
internal sealed class ErrorsPictures(MatchedModel matched, MapQuestion question, IAnnotatedPictures pictures)
{
    /// <summary>Draws the maps of classes on a picture; why that is not possible becomes a note.</summary>
    /// <param name="card">What is said of the picture.</param>
    /// <param name="classes">Class indices.</param>
    /// <param name="region">A region that is marked, too; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<PictureCard> DrawAsync(
        PictureCard card,
        IReadOnlyList<int> classes,
        MapRegion? region,
        CancellationToken cancellation
    )
    {
        try
        {
            if (!matched.Pictures.TryGetValue(card.Name, out var picture))
                return card with { Missing = "is not among the pictures any more" };
            var image = await pictures.ReadAsync(card.Name, cancellation);
            var explanation = await matched.ExplainAsync(question, image, classes, cancellation);
            var (width, height) = (explanation.Geometry.ImageWidth, explanation.Geometry.ImageHeight);
            PixelBox[] boxes = [.. PictureFit.To(picture, width, height).Objects.Select(o => o.Box).OfType<PixelBox>()];
            return card with { Views = [.. explanation.Targets.Select(target => View(card.Name, explanation, target, boxes, region))] };
        }
        catch (Exception e) when (e is ExplainException or FormatException or IOException or UnauthorizedAccessException)
        {
            return card with { Missing = e.Message };
        }
    }

    /// <summary>The mean map of a cluster, with its region.</summary>
    /// <param name="cluster">The cluster.</param>
    public CardView Mean(ClassCluster cluster)
    {
        var drawn = MapDrawing.Alone(cluster.Mean, SmallMap.Side);
        var box = cluster.Region;
        BoxFrame.DrawFound(
            drawn,
            new PixelBox(box.Left * drawn.Width, box.Top * drawn.Height, box.Right * drawn.Width, box.Bottom * drawn.Height)
        );
        return Encoded($"Mean map of the cluster; it looks at {box.Words}", drawn);
    }

    private CardView View(string name, Explanation explanation, TargetExplanation target, PixelBox[] boxes, MapRegion? region)
    {
        var geometry = explanation.Geometry;
        var drawn = MapDrawing.Over(matched.Model, explanation, target, question.Parameters, RunContext.Alone(CancellationToken.None));
        foreach (var box in boxes)
            BoxFrame.DrawTrue(drawn, MapDrawing.Scaled(box, geometry, drawn));
        if (region is { } part)
            BoxFrame.DrawFound(drawn, MapDrawing.Scaled(OnPicture(part, geometry.Seen), geometry, drawn));
        return Encoded($"Map of {target.Name} over {name}", drawn);
    }

    private CardView Encoded(string description, RgbImage drawn) =>
        new(description, matched.Model.Codec.EncodeWebp(drawn, CancellationToken.None), drawn.Width, drawn.Height);

    private static PixelBox OnPicture(MapRegion part, Rect seen) =>
        new(
            seen.X + part.Left * seen.Width,
            seen.Y + part.Top * seen.Height,
            seen.X + part.Right * seen.Width,
            seen.Y + part.Bottom * seen.Height
        );
}
