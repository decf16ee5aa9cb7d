using System.Xml.Linq;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The report as one page that needs nothing else. Names and labels come from strangers: none is written but encoded.</summary>
internal static class ReportPage
{
    // What it may not load, the browser does not, whatever is in it.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>Writes it.</summary>
    public static string Write(ReportContent content) =>
        $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Localisation: how well maps find objects</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>Localisation: how well maps find objects</h1>
            <section aria-labelledby="measured">
            <h2 id="measured">What was measured</h2>
            <dl class="facts">
            {string.Join('\n', content.Facts.Select(Fact))}
            </dl>
            </section>
            <section aria-labelledby="figures">
            <h2 id="figures">Figures</h2>
            {ReportTable.Write(content.Ways)}
            <h3>What they say</h3>
            <dl class="measures">
            {string.Join('\n', LocalizationMeasures.All.Select(Measure))}
            </dl>
            </section>
            {Plots(content)}
            {string.Join('\n', content.Galleries.Select(ReportGalleries.Write))}
            </main>
            </body>
            </html>

            """;

    private static string Fact(ReportFact fact) => $"<div><dt>{fact.Name}</dt><dd><bdi>{PageText.Encoded(fact.Value)}</bdi></dd></div>";

    private static string Measure(LocalizationMeasure measure) =>
        $"<div><dt>{measure.Name}</dt><dd>{PageText.Encoded(measure.Meaning)}; "
        + $"{(measure.IsError ? "lower" : "higher")} is better</dd></div>";

    private static string Plots(ReportContent content) =>
        $"""
            <section aria-labelledby="fitting">
            <h2 id="fitting">Boxes that fit, by threshold</h2>
            <p>A box is drawn around the largest region of a map above the threshold; it fits from an overlap of {BoxCurve.Overlap} on. The
            highest point of a curve is maxbox. Where curves lie on each other, the last one is seen.</p>
            {Figure(FitPlot.Draw(content.Ways), content.Ways)}
            </section>
            <section aria-labelledby="classes">
            <h2 id="classes">Pointing game, by class</h2>
            <p>The {content.Classes.Count} classes with most pictures, and how many those are; the bars of a class stand in the order below.
            All figures of all classes are in localization.csv.</p>
            {Figure(PointingPlot.Draw(content.Ways, content.Classes), content.Ways)}
            </section>
            """;

    private static string Figure(XElement drawing, IReadOnlyList<ReportWay> ways) =>
        $"""
            <figure class="plot">
            <div class="wide" tabindex="0">{drawing.ToString(SaveOptions.DisableFormatting)}</div>
            <figcaption><ul>{string.Concat(ways.Zip(WayStyle.Of(ways), Key))}</ul></figcaption>
            </figure>
            """;

    private static string Key(ReportWay way, WayStyle style) =>
        $"""
            <li><svg viewBox="0 0 36 12" aria-hidden="true"><path d="M0 6H36" stroke="{style.Color}" stroke-width="4" {Dashes(
                style
            )}/></svg><bdi>{PageText.Encoded(way.Name)}</bdi></li>
            """;

    private static string Dashes(WayStyle style) => style.Dashes is { } dashes ? $"""stroke-dasharray="{dashes}" """ : "";
}
