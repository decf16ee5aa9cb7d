using Explain.Cli.Evaluate.Report;
using Explain.Engine.Explaining;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Annotations;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>Explains pictures again, to show them.</summary>
/// <param name="models">The models, each with the pictures' objects by its classes.</param>
/// <param name="question">What was asked of them.</param>
/// <param name="pictures">Has the pictures' files.</param>
internal sealed class ReportPictures(IReadOnlyList<MatchedModel> models, MapQuestion question, IAnnotatedPictures pictures)
{
    /// <summary>Draws the maps of a picture; why that is not possible becomes a note.</summary>
    /// <param name="chosen">The picture.</param>
    /// <param name="nameOf">What a way is called.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ReportPicture> DrawAsync(ChosenPicture chosen, Func<Way, string> nameOf, CancellationToken cancellation)
    {
        var row = chosen.Any;
        var picture = new ReportPicture(row.Item, row.ClassLabel ?? $"{row.ClassIndex}", row.Rank, []);
        try
        {
            var image = await pictures.ReadAsync(row.Item, cancellation);
            var matched = models.First(m => m.Model.Description.Name == row.Model);
            if (!matched.Pictures.TryGetValue(row.Item, out var annotated) || !matched.ByClass(annotated).ContainsKey(row.ClassIndex))
                return picture with { Missing = "is not in the annotations any more" };
            var (model, run) = (matched.Model, RunContext.Alone(cancellation));
            var compare = question.Compare with { Methods = [.. chosen.Rows.Select(r => r.Method!).Distinct()] };
            var explanation = await matched.ExplainAsync(question, image, [row.ClassIndex], cancellation, compare);
            var geometry = explanation.Geometry;
            var fitted = PictureFit.To(annotated, geometry.ImageWidth, geometry.ImageHeight);
            var truth = Truth.Of(matched.ByClass(fitted)[row.ClassIndex], geometry);
            return picture with { Views = [.. chosen.Rows.Select(r => View(model, explanation, truth, r, nameOf(r.Way()), run))] };
        }
        catch (Exception e) when (e is ExplainException or FormatException or IOException or UnauthorizedAccessException)
        {
            return picture with { Missing = e.Message };
        }
    }

    private ReportView View(Terminal.OpenModel model, Explanation explanation, Truth truth, LocalizationRow row, string way, RunContext run)
    {
        var target = explanation.Targets.First(t => t.Method == row.Method && t.Layer == row.Layer);
        var geometry = explanation.Geometry;
        var drawn = MapDrawing.Over(model, explanation, target, question.Parameters, run);
        var (width, height) = (drawn.Width, drawn.Height);
        foreach (var box in truth.Boxes)
            BoxFrame.DrawTrue(drawn, OnPicture(box));
        var heat = HeatGrid.OfPapers(target.Map, geometry);
        if (MapPlaces.BoxOf(heat, truth, LocalizationMeter.Threshold(target.Method)) is { } found)
            BoxFrame.DrawFound(drawn, OnPicture(found));
        return new ReportView(way, row.Overlap, model.Codec.EncodeWebp(drawn, run.Cancellation), width, height);

        PixelBox OnPicture(PixelBox box) => new(Column(box.Left), Row(box.Top), Column(box.Right), Row(box.Bottom));

        double Column(double input) => (geometry.Seen.X + (input - geometry.Content.X) * truth.Scale.X) * width / geometry.ImageWidth;

        double Row(double input) => (geometry.Seen.Y + (input - geometry.Content.Y) * truth.Scale.Y) * height / geometry.ImageHeight;
    }
}
