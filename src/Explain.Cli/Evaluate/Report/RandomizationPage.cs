using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Report;

/// <summary>All that a report of the test of weights says.</summary>
/// <param name="Facts">What was measured, and how.</param>
/// <param name="Sentences">What follows, one for each way.</param>
/// <param name="Kept">The figures over all stages.</param>
/// <param name="Axis">What the stages are.</param>
/// <param name="Stages">Names of the stages, from the head on.</param>
/// <param name="ByStage">By way, by stage: figures by the name of the measure.</param>
internal sealed record RandomizationContent(
    IReadOnlyList<ReportFact> Facts,
    IReadOnlyList<string> Sentences,
    ReportFigures Kept,
    string Axis,
    IReadOnlyList<string> Stages,
    IReadOnlyList<IReadOnlyList<IReadOnlyDictionary<string, Figure>>> ByStage
);

/// <summary>The report of the test of weights.</summary>
internal static class RandomizationPage
{
    /// <summary>Writes it.</summary>
    public static string Write(RandomizationContent content) =>
        Page.Write(
            "Randomisation: whether maps depend on what the model has learnt",
            content.Facts,
            $"""
            <section aria-labelledby="verdict">
            <h2 id="verdict">What follows</h2>
            <ul>{string.Concat(content.Sentences.Select(s => $"<li><bdi>{PageText.Encoded(s)}</bdi></li>"))}</ul>
            </section>
            <section aria-labelledby="stages">
            <h2 id="stages">Likeness, by stage</h2>
            <p>How much a map is like that of the model whose weights were drawn anew, from the head on the left to the first layer; 1 is
            the same map. A line at a point is its 95 % interval. All figures are in randomization.csv.</p>
            {string.Join('\n', content.Kept.Measures.Select(m => Plot(content, m)))}
            </section>
            """,
            Page.Figures(content.Kept, " over all stages")
        );

    private static string Plot(RandomizationContent content, ReportMeasure measure) =>
        $"""
            <h3>{measure.Name}: {measure.Meaning}</h3>
            {PlotFigure.Write(StagePlot.Draw(content, measure), content.Kept.Ways)}
            """;
}
