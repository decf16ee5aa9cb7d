namespace Explain.Cli.Evaluate.Report;

/// <summary>A page that needs nothing else. Names and labels come from strangers: none is written but encoded.</summary>
internal static class ReportShell
{
    // What it may not load, the browser does not, whatever is in it.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>Writes it.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="lead">What it comes to, in a sentence.</param>
    /// <param name="facts">What was asked, and how.</param>
    /// <param name="sections">Markup.</param>
    public static string Write(string title, string lead, IEnumerable<ReportFact> facts, IEnumerable<string> sections) =>
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
            <p class="lead"><strong>{PageText.Encoded(lead)}</strong></p>
            <section aria-labelledby="asked">
            <h2 id="asked">What was asked</h2>
            <dl class="facts">
            {string.Join('\n', facts.Select(f => $"<div><dt>{f.Name}</dt><dd><bdi>{PageText.Encoded(f.Value)}</bdi></dd></div>"))}
            </dl>
            </section>
            {string.Join('\n', sections)}
            </main>
            </body>
            </html>

            """;

    /// <summary>A table.</summary>
    /// <param name="caption">What it says.</param>
    /// <param name="heads">Heads of the columns; the first is that of the rows' heads.</param>
    /// <param name="rows">Text of the cells; columns of words begin at their left.</param>
    public static string Table(string caption, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        string[] classes =
        [
            .. heads.Select((_, i) => rows.Any(row => row[i].Length > 0 && char.IsLetter(row[i][0])) ? " class=\"words\"" : ""),
        ];
        return $"""
            <div class="wide" tabindex="0">
            <table>
            <caption><span>{PageText.Encoded(caption)}</span></caption>
            <thead><tr>{string.Concat(
                heads.Select((head, i) => $"<th scope=\"col\"{classes[i]}>{PageText.Encoded(head)}</th>")
            )}</tr></thead>
            <tbody>
            {string.Join('\n', rows.Select(row => Row(row, classes)))}
            </tbody>
            </table>
            </div>
            """;
    }

    /// <summary>What figures say.</summary>
    public static string Meanings(IEnumerable<(string Name, string Meaning)> figures) =>
        $"""
            <h3>What they say</h3>
            <dl class="measures">
            {string.Join('\n', figures.Select(f => $"<div><dt>{f.Name}</dt><dd>{PageText.Encoded(f.Meaning)}</dd></div>"))}
            </dl>
            """;

    private static string Row(IReadOnlyList<string> cells, string[] classes) =>
        $"<tr><th scope=\"row\"><bdi>{PageText.Encoded(cells[0])}</bdi></th>"
        + string.Concat(cells.Skip(1).Zip(classes.Skip(1), (cell, kind) => $"<td{kind}>{PageText.Encoded(cell)}</td>"))
        + "</tr>";
}
