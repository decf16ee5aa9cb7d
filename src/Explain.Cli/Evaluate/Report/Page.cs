namespace Explain.Cli.Evaluate.Report;

/// <summary>A report as one page that needs nothing else. Names and labels come from strangers: none is written but encoded.</summary>
internal static class Page
{
    // What it may not load, the browser does not, whatever is in it.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>Writes it.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="facts">What was measured, and how.</param>
    /// <param name="sections">What follows, as markup.</param>
    public static string Write(string title, IEnumerable<ReportFact> facts, params IEnumerable<string> sections) =>
        Write(title, "", facts, sections);

    /// <summary>Writes one that begins with what it comes to.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="lead">What it comes to, in a sentence or two.</param>
    /// <param name="facts">What was measured, and how.</param>
    /// <param name="sections">What follows, as markup.</param>
    public static string Write(string title, string lead, IEnumerable<ReportFact> facts, params IEnumerable<string> sections) =>
        $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{PageText.Encoded(title)}</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>{PageText.Encoded(title)}</h1>
            {(lead.Length == 0 ? "" : $"<p class=\"lead\"><strong>{PageText.Encoded(lead)}</strong></p>")}
            <section aria-labelledby="measured">
            <h2 id="measured">What was measured</h2>
            <dl class="facts">
            {string.Join('\n', facts.Select(Fact))}
            </dl>
            </section>
            {string.Join('\n', sections)}
            </main>
            </body>
            </html>

            """;

    /// <summary>The section of the figures, and what they say.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="of">What they are of, where it is not all that was measured.</param>
    public static string Figures(ReportFigures figures, string of = "") =>
        $"""
            <section aria-labelledby="figures">
            <h2 id="figures">Figures{of}</h2>
            {ReportTable.Write(figures)}
            {Meanings(figures.Measures)}
            </section>
            """;

    /// <summary>What measures say.</summary>
    public static string Meanings(IEnumerable<ReportMeasure> measures) =>
        $"""
            <h3>What they say</h3>
            <dl class="measures">
            {string.Join('\n', measures.Select(Measure))}
            </dl>
            """;

    private static string Fact(ReportFact fact) => $"<div><dt>{fact.Name}</dt><dd><bdi>{PageText.Encoded(fact.Value)}</bdi></dd></div>";

    private static string Measure(ReportMeasure measure) =>
        $"<div><dt>{measure.Name}</dt><dd>{PageText.Encoded(measure.Meaning)}"
        + $"{(measure.Better is { Length: > 0 } better ? $"; {better}" : "")}</dd></div>";
}
