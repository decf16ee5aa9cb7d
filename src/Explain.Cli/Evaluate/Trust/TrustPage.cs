using System.Globalization;
using Explain.Cli.Evaluate.Report;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>The page of a run, with the maps of some pictures.</summary>
/// <param name="pictures">The pictures.</param>
/// <param name="pair">The models.</param>
/// <param name="question">What was asked of them.</param>
internal sealed class TrustPage(IAnnotatedPictures pictures, ModelPair pair, MapQuestion question)
{
    private const int Most = 12;

    /// <summary>Writes it; pictures are explained for it.</summary>
    public async Task<string> WriteAsync(TrustResults results, CancellationToken cancellation)
    {
        var (first, second) = results.Names;
        PairedMaps[] apart =
        [
            .. results
                .Pairs.Where(p => !double.IsNaN(p.Overlap))
                .OrderBy(p => p.Overlap)
                .ThenBy(p => p.Correlation)
                .ThenBy(p => p.First.Item, StringComparer.Ordinal),
        ];
        return Page.Write(
            $"Trust: {first} and {second} on the same pictures",
            results.Verdict,
            Facts(results),
            [
                "<h2>Figures</h2>",
                TextTable.Write(
                    "p is that of the sign test over pictures.",
                    TrustReport.FigureHeads(results),
                    TrustReport.FigureRows(results)
                ),
                Page.Meanings(TrustFigures.All.Select(f => new ReportMeasure(f.Name, f.Meaning, null))),
                "<h2>Agreement of maps</h2>",
                TextTable.Write(
                    "Overlap: intersection over union of what reaches half of each maximum. The classes that agree least first; those with "
                        + $"fewer than {TrustResults.FewestMaps} maps are in trust.json.",
                    TrustReport.AgreementHeads,
                    TrustReport.AgreementRows(results)
                ),
                await GalleryAsync("Where they part", "The maps that overlap least.", apart.Take(Most), cancellation),
                await GalleryAsync(
                    $"Only {first} is right",
                    "",
                    apart.Where(p => p.First.Right && !p.Second.Right).Take(Most),
                    cancellation
                ),
                await GalleryAsync(
                    $"Only {second} is right",
                    "",
                    apart.Where(p => p.Second.Right && !p.First.Right).Take(Most),
                    cancellation
                ),
            ]
        );
    }

    private async Task<string> GalleryAsync(string title, string meaning, IEnumerable<PairedMaps> pairs, CancellationToken cancellation)
    {
        var cards = new List<PictureCard>();
        foreach (var maps in pairs)
            cards.Add(await DrawAsync(maps, cancellation));
        return cards.Count == 0
            ? ""
            : $"""
                <section>
                <h2>{PageText.Encoded(title)}</h2>
                <p>{meaning} Left {PageText.Encoded(pair.First.Model.Description.Name)}, right {PageText.Encoded(
                    pair.Second.Model.Description.Name
                )}; white lines are objects, where they are known.</p>
                {PictureCards.Write(cards)}
                </section>
                """;
    }

    private async Task<PictureCard> DrawAsync(PairedMaps maps, CancellationToken cancellation)
    {
        var (name, label) = (maps.First.Item, maps.First.Label!);
        var agree = string.Create(CultureInfo.InvariantCulture, $"overlap {maps.Overlap:0.00}, rank correlation {maps.Correlation:0.00}");
        var card = new PictureCard(name, [maps.Class, agree, Said(maps.First), Said(maps.Second)], []);
        try
        {
            if (!pair.Labels(name).Contains(label))
                return card with { Missing = "is not among the pictures any more" };
            var image = await pictures.ReadAsync(name, cancellation);
            var views = new List<CardView>();
            foreach (var matched in pair.Both)
                views.Add(await ViewAsync(matched, name, label, image, cancellation));
            return card with { Views = views };
        }
        catch (Exception e) when (e is ExplainException or FormatException or IOException or UnauthorizedAccessException)
        {
            return card with { Missing = e.Message };
        }
    }

    private async Task<CardView> ViewAsync(MatchedModel matched, string name, string label, byte[] image, CancellationToken cancellation)
    {
        var (model, index) = (matched.Model, matched.Indices[label]);
        var explanation = await matched.ExplainAsync(question, image, [index], cancellation);
        var drawn = MapDrawing.Over(model, explanation, explanation.Targets[0], question.Parameters, RunContext.Alone(cancellation));
        var geometry = explanation.Geometry;
        var fitted = PictureFit.To(matched.Pictures[name], geometry.ImageWidth, geometry.ImageHeight);
        foreach (var box in matched.ByClass(fitted)[index].Select(o => o.Box).OfType<PixelBox>())
            BoxFrame.DrawTrue(drawn, MapDrawing.Scaled(box, geometry, drawn));
        var seen = $"Map of {label} by {model.Description.Name} over {name}";
        return new CardView(seen, model.Codec.EncodeWebp(drawn, cancellation), drawn.Width, drawn.Height);
    }

    private static string Said(TrustRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Model}: {(row.Right ? "right" : "wrong")}, probability {row.Probability:0.00}");

    private IEnumerable<ReportFact> Facts(TrustResults results)
    {
        yield return new ReportFact("Classes", $"{results.Classes.Count}, by {pictures.Annotations}");
        var models = pair.Both.Select(m => m.Model.Description).ToArray();
        var facts = new RunFacts(pictures.Name, models, question);
        foreach (var fact in facts.Of(results.Pictures, results.Failed, results.Ways))
            yield return fact;
    }
}
