using System.Globalization;
using Explain.Cli.Evaluate.Report;
using Explain.Evaluation.Clusters;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>The page of a run, with the maps of some pictures.</summary>
/// <param name="pictures">The pictures.</param>
/// <param name="matched">The model, with the pictures' classes.</param>
/// <param name="question">What was asked of it.</param>
internal sealed class ErrorsPage(IAnnotatedPictures pictures, MatchedModel matched, MapQuestion question)
{
    private const int MostPictures = 8;
    private const int MostOfOther = 4;
    private const int MostClusters = 24;

    private readonly ErrorsPictures _drawn = new(matched, question, pictures);

    /// <summary>Writes it; pictures are explained for it.</summary>
    public async Task<string> WriteAsync(ErrorsResults results, CancellationToken cancellation)
    {
        var sections = new List<string>();
        ClassCluster[] suspicious = [.. results.Clusters.Where(c => c.IsSuspicious)];
        if (suspicious.Length > 0)
        {
            sections.Add(
                "<h2>Suspicious regions</h2>\n<p>A class may be told by something that stays in its place in the picture: a watermark, a "
                    + "photographer's tag, a background. Yellow dashes mark the region.</p>"
            );
        }
        foreach (var cluster in suspicious.Take(MostClusters))
            sections.Add(await ClusterAsync(results, cluster, MostPictures, cancellation));
        sections.Add(Places(results));
        foreach (var place in Mistakes.Places)
        {
            if (results.Mistakes.Where(m => Mistakes.PlaceOf(m) == place).ToArray() is { Length: > 0 } mistakes)
                sections.Add(await MistakesAsync(place, mistakes, cancellation));
        }
        sections.Add($"<h2>Clusters</h2>\n{Table(results)}");
        foreach (var cluster in Others(results.Clusters))
            sections.Add(await ClusterAsync(results, cluster, MostOfOther, cancellation));
        return Page.Write("Errors: where the model looks, and whether it should", results.Verdict, Facts(results), sections);
    }

    private static IEnumerable<ClassCluster> Others(IEnumerable<ClassCluster> clusters) =>
        clusters.Where(c => !c.IsSuspicious).Take(MostClusters);

    private async Task<string> ClusterAsync(ErrorsResults results, ClassCluster cluster, int most, CancellationToken cancellation)
    {
        var cards = new List<PictureCard>
        {
            new("", ["mean", .. ClusterFigures.All.Select(f => $"{f.Name} {f.Text(cluster)}")], [_drawn.Mean(cluster)]),
        };
        foreach (var map in cluster.Maps.OrderByDescending(m => MapClustering.Cosine(m.Shares, cluster.Mean)).Take(most))
        {
            var card = new PictureCard(map.Picture, [map.IsThere ? "of the class" : "taken for it"], []);
            cards.Add(await _drawn.DrawAsync(card, [cluster.Class], cluster.Region, cancellation));
        }
        return $"""
            <section>
            <h3><bdi>{PageText.Encoded(results.Names[cluster.Class])}</bdi>: {cluster.Maps.Count} maps look at {cluster.Region.Words}</h3>
            {(cluster.IsSuspicious ? $"<p>{PageText.Encoded(results.Sentence(cluster))}</p>" : "")}
            {PictureCards.Write(cards)}
            </section>
            """;
    }

    private async Task<string> MistakesAsync(MistakePlace place, Mistake[] mistakes, CancellationToken cancellation)
    {
        var cards = new List<PictureCard>();
        foreach (var mistake in mistakes.OrderByDescending(m => m.Wrong.Probability).Take(MostPictures))
        {
            var (wrong, right) = (mistake.Wrong, mistake.True);
            var card = new PictureCard(wrong.Item, [$"{right.Class} taken for {wrong.Class}", Probability(wrong), Probability(right)], []);
            cards.Add(await _drawn.DrawAsync(card, [wrong.ClassIndex, right.ClassIndex], null, cancellation));
        }
        return $"""
            <section>
            <h3>Mistakes: {place.Name} ({mistakes.Length})</h3>
            <p>Left the map of the class that is predicted: {PageText.Encoded(place.Meaning)}; right that of the true one. White lines are
            objects, where they are known.</p>
            {PictureCards.Write(cards)}
            </section>
            """;
    }

    private static string Places(ErrorsResults results) =>
        $"""
            <section>
            <h2>Where it looks when it is wrong</h2>
            {(
                results.Mistakes.Count == 0
                    ? "<p>Every picture is taken for what it is.</p>"
                    : TextTable.Write(
                        "Each mistake counts in the first place that fits.",
                        ["the map of the predicted class looks", "mistakes", "meaning"],
                        ErrorsReport.PlaceRows(results)
                    )
            )}
            </section>
            """;

    private static string Table(ErrorsResults results) =>
        TextTable.Write(
            $"The suspicious ones first, then the largest; {Math.Min(results.Clusters.Count, ErrorsReport.MostRows)} of "
                + $"{results.Clusters.Count}, all of them are in clusters.csv.",
            ErrorsReport.ClusterHeads,
            ErrorsReport.ClusterRows(results)
        ) + Page.Meanings(ClusterFigures.All.Select(f => new ReportMeasure(f.Name, f.Meaning, null)));

    private IEnumerable<ReportFact> Facts(ErrorsResults results)
    {
        yield return new ReportFact("Classes", $"{results.Classes}, by {pictures.Annotations}");
        yield return new ReportFact("Accuracy", ErrorsReport.Percent(results.Accuracy));
        var facts = new RunFacts(pictures.Name, [matched.Model.Description], question);
        foreach (var fact in facts.Of(results.Pictures, results.Failed, results.Ways))
            yield return fact;
        foreach (var sampled in results.Sampled)
            yield return new ReportFact("Sample", ErrorsReport.SampleNote(sampled));
    }

    private static string Probability(ErrorsRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Class}: probability {row.Probability:0.00}");
}
