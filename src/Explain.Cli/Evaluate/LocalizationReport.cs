using System.Globalization;
using System.Text;
using Explain.Cli.Evaluate.Report;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate;

/// <summary>What is measured: tables on the terminal, as CSV and as JSON, and a page with plots and pictures.</summary>
/// <param name="shell">Gets the table.</param>
/// <param name="folder">Has the rows, and gets the files.</param>
internal sealed class LocalizationReport(Shell shell, OutputFolder folder)
{
    private const string Name = "localization";

    /// <summary>Reads all rows and writes what they say.</summary>
    /// <param name="task">What was asked for; null for tables alone, without a page, whose pictures take time.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public async Task WriteAsync(LocalizationTask? task, CancellationToken cancellation)
    {
        using var hold = await SummaryHold.TakeAsync(folder, cancellation);
        var rows = await RowFile.ReadAllAsync<LocalizationRow>(folder.AllParts, cancellation);
        if (rows.Count == 0)
            return;
        var failed = (await RowFile.ReadAllAsync<LocalizationRow>(folder.AllFailures, cancellation)).Count;
        var results = LocalizationResults.Of(rows, failed);
        shell.Out.WriteLine($"{rows.Select(r => r.Item).Distinct().Count()} pictures; in brackets the half of the 95 % interval");
        Columns.Write(
            shell,
            ["model", "method", "layer", "maps", .. LocalizationMeasures.All.Select(m => m.Name)],
            [.. results.All.Select(l => Cells(l, LocalizationMeasures.All.Select(m => Text(l.Figures[m.Name]))))]
        );
        foreach (var measure in LocalizationMeasures.All)
            shell.Out.WriteLine($"{measure.Name}: {measure.Meaning}");
        FigureLine[] lines =
        [
            .. results.All.Concat(results.Classes).Select(l => new FigureLine(l.Way, [new("class", l.Class)], l.Maps, l.Figures)),
        ];
        await hold.WriteAsync($"{Name}.csv", FigureTable.Csv(lines));
        await hold.WriteAsync($"{Name}.json", FigureTable.Json(lines));
        if (task is not null)
        {
            var content = await new ReportContents(task, results).MakeAsync(cancellation);
            await hold.WriteAsync("report.html", Encoding.UTF8.GetBytes(ReportPage.Write(content)));
        }
    }

    private static string[] Cells(LocalizationLine line, IEnumerable<string> figures) =>
        [line.Way.Model, line.Way.Method, line.Way.Layer ?? "-", $"{line.Maps}", .. figures];

    private static string Text(Figure figure) =>
        FigureTable.Text(figure, share => (100 * share).ToString("0.0", CultureInfo.InvariantCulture));
}
