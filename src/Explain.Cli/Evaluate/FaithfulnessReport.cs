using System.Text;
using Explain.Cli.Evaluate.Report;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Measures;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate;

/// <summary>What is measured: a table on the terminal, as CSV and as JSON, and a page with plots.</summary>
/// <param name="shell">Gets the table.</param>
/// <param name="folder">Has the rows, and gets the files.</param>
internal sealed class FaithfulnessReport(Shell shell, OutputFolder folder)
{
    private const string Name = "faithfulness";

    private static readonly ReportMeasure[] Measures =
    [
        .. MeasureTable.Facts.Select(m => new ReportMeasure(m.Name, m.Summary.Replace("`", "", StringComparison.Ordinal), m.IsLowerBetter)),
    ];

    /// <summary>Reads all rows and writes what they say.</summary>
    /// <param name="facts">What the page says of the run.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public async Task WriteAsync(RunFacts facts, CancellationToken cancellation)
    {
        using var hold = await SummaryHold.TakeAsync(folder, cancellation);
        var rows = await RowFile.ReadAllAsync<FaithfulnessRow>(folder.AllParts, cancellation);
        if (rows.Count == 0)
            return;
        var failed = (await RowFile.ReadAllAsync<FaithfulnessRow>(folder.AllFailures, cancellation)).Count;
        var pictures = rows.Select(r => r.Item).Distinct().Count();
        FigureLine[] lines =
        [
            .. rows.GroupBy(r => r.Way())
                .OrderBy(g => g.Key.Model, StringComparer.Ordinal)
                .ToArray()
                .AsParallel()
                .AsOrdered()
                .Select(g => Line(g.Key, [.. g])),
        ];
        Way[] ways = [.. lines.Select(l => l.Way)];
        var names = new WayNames(ways);
        var figures = new ReportFigures(
            Measures,
            [.. lines.Select(l => new ReportWay(names.Of(l.Way), l.Way.IsBaseline, l.Maps, l.Figures))],
            InPercent: false
        );
        WriteTable(figures, pictures, Scores(rows));
        await hold.WriteAsync($"{Name}.csv", FigureTable.Csv(lines));
        await hold.WriteAsync($"{Name}.json", FigureTable.Json(lines));
        var page = FaithfulnessPage.Write(
            [.. facts.Of(pictures, failed, ways), new ReportFact("Score", Scores(rows)), ReportFact.IntervalsOfPictures],
            figures
        );
        await hold.WriteAsync("report.html", Encoding.UTF8.GetBytes(page));
    }

    // A column a way: there are more measures than a line has room for.
    private void WriteTable(ReportFigures figures, int pictures, string score)
    {
        shell.Out.WriteLine($"{pictures} pictures, measured by {score}; in brackets the half of the 95 % interval");
        Columns.Write(
            shell,
            ["measure", "better", .. figures.Ways.Select(w => w.Name)],
            [
                .. Measures.Select(m =>
                    (string[])
                        [
                            m.Name,
                            m.IsLowerBetter == true ? "lower" : "higher",
                            .. figures.Ways.Select(w => FigureTable.Text(w.Figures[m.Name], figures.Number)),
                        ]
                ),
            ]
        );
        shell.Out.WriteLine($"{folder.At("report.html")} says what each of them is");
    }

    private static string Scores(IEnumerable<FaithfulnessRow> rows) =>
        string.Join(", ", rows.Select(r => r.Score).Distinct().Order(StringComparer.Ordinal));

    private static FigureLine Line(Way way, FaithfulnessRow[] rows) =>
        new(
            way,
            [],
            rows.Length,
            Measures.ToDictionary(
                m => m.Name,
                m => Figure.OfMean(rows.Where(r => r.Measures.ContainsKey(m.Name)).Select(r => (r.Item, r.Measures[m.Name])))
            )
        );
}
