namespace Explain.Cli.Evaluate.Report;

/// <summary>The report of faithfulness.</summary>
internal static class FaithfulnessPage
{
    /// <summary>Writes it.</summary>
    /// <param name="facts">What was measured, and how.</param>
    /// <param name="figures">The figures.</param>
    public static string Write(IReadOnlyList<ReportFact> facts, ReportFigures figures) =>
        Page.Write("Faithfulness: how far scores follow maps", facts, Plots(figures), Page.Figures(figures));

    private static string Plots(ReportFigures figures) =>
        $"""
            <section aria-labelledby="means">
            <h2 id="means">Means, by measure</h2>
            <p>A point is the mean over all maps, a line its 95 % interval. Each measure has a scale of its own.</p>
            <div class="plots">
            {string.Join('\n', figures.Measures.Where(m => MeanPlot.IsPossible(figures, m)).Select(m => Plot(figures, m)))}
            </div>
            </section>
            """;

    private static string Plot(ReportFigures figures, ReportMeasure measure) =>
        PlotFigure.WriteSmall(MeanPlot.Draw(figures, measure), measure);
}
