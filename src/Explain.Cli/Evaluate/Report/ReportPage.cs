using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The report of localisation.</summary>
internal static class ReportPage
{
    /// <summary>Writes it.</summary>
    public static string Write(ReportContent content) =>
        Page.Write(
            "Localisation: how well maps find objects",
            content.Facts,
            [Page.Figures(content.Figures), Plots(content), .. content.Galleries.Select(ReportGalleries.Write)]
        );

    private static string Plots(ReportContent content)
    {
        var ways = content.Figures.Ways;
        return $"""
            <section aria-labelledby="fitting">
            <h2 id="fitting">Boxes that fit, by threshold</h2>
            <p>A box is drawn around the largest region of a map above the threshold; it fits from an overlap of {BoxCurve.Overlap} on. The
            highest point of a curve is maxbox. Where curves lie on each other, the last one is seen.</p>
            {PlotFigure.Write(FitPlot.Draw(ways, content.Fits), ways)}
            </section>
            <section aria-labelledby="classes">
            <h2 id="classes">Pointing game, by class</h2>
            <p>The {content.Classes.Count} classes with most pictures, and how many those are; the bars of a class stand in the order below.
            All figures of all classes are in localization.csv.</p>
            {PlotFigure.Write(PointingPlot.Draw(ways, content.Classes), ways)}
            </section>
            """;
    }
}
