using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Explain.Cli.Evaluate.Report;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Localization;

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
        var rows = await ReadAsync(folder.AllParts, cancellation);
        if (rows.Count == 0)
            return;
        var results = LocalizationResults.Of(rows, (await ReadAsync(folder.AllFailures, cancellation)).Count);
        shell.Out.WriteLine($"{rows.Select(r => r.Item).Distinct().Count()} pictures; in brackets the half of the 95 % interval");
        Columns.Write(
            shell,
            ["model", "method", "layer", "maps", .. LocalizationMeasures.All.Select(m => m.Name)],
            [.. results.All.Select(l => Cells(l, LocalizationMeasures.All.Select(m => Text(l.Figures[m.Name]))))]
        );
        foreach (var measure in LocalizationMeasures.All)
            shell.Out.WriteLine($"{measure.Name}: {measure.Meaning}");
        LocalizationLine[] lines = [.. results.All, .. results.Classes];
        await WriteAsync(hold, $"{Name}.csv", Table(lines));
        await WriteAsync(hold, $"{Name}.json", Encoding.UTF8.GetBytes(Document(lines)));
        if (task is not null)
        {
            var content = await new ReportContents(task, results).MakeAsync(cancellation);
            await WriteAsync(hold, "report.html", Encoding.UTF8.GetBytes(ReportPage.Write(content)));
        }
    }

    private static async Task<IReadOnlyList<LocalizationRow>> ReadAsync(IEnumerable<string> files, CancellationToken cancellation)
    {
        var rows = new List<LocalizationRow>();
        foreach (var file in files)
            rows.AddRange(await RowFile.ReadAsync<LocalizationRow>(file, cancellation));
        return rows;
    }

    private Task WriteAsync(SummaryHold hold, string name, byte[] content) =>
        hold.Files.WriteAsync(folder.At(name), stream => stream.WriteAsync(content).AsTask());

    private static string[] Cells(LocalizationLine line, IEnumerable<string> figures) =>
        [line.Way.Model, line.Way.Method, line.Way.Layer ?? "-", $"{line.Maps}", .. figures];

    private static string Text(Figure figure) =>
        double.IsNaN(figure.Value) ? "-"
        : figure.Range is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * figure.Value:0.0} [{50 * (range.High - range.Low):0.0}]")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * figure.Value:0.0}");

    private static byte[] Table(LocalizationLine[] lines)
    {
        using var table = new MemoryStream();
        using (var csv = CsvWriter.Create(table, CsvWriterOptions.Default))
            WriteTable(csv, lines);
        return table.ToArray();
    }

    private static void WriteTable(CsvWriter csv, LocalizationLine[] lines)
    {
        var measures = LocalizationMeasures.All.Select(m => m.Name).ToArray();
        csv.WriteRecord(["model", "method", "layer", "class", "maps", .. measures.SelectMany(m => new[] { m, $"{m}-low", $"{m}-high" })]);
        foreach (var line in lines)
        {
            var figures = measures.Select(m => line.Figures[m]);
            csv.WriteRecord([
                line.Way.Model,
                line.Way.Method,
                line.Way.Layer ?? "",
                line.Class ?? "",
                $"{line.Maps}",
                .. figures.SelectMany(f => new[] { Number(f.Value), Number(f.Range?.Low), Number(f.Range?.High) }),
            ]);
        }
    }

    private static string Number(double? number) =>
        number is { } n && !double.IsNaN(n) ? n.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Document(IReadOnlyList<LocalizationLine> lines) =>
        JsonSerializer.Serialize(
            lines.Select(line => new
            {
                line.Way.Model,
                line.Way.Method,
                line.Way.Layer,
                line.Class,
                line.Maps,
                Figures = line.Figures.ToDictionary(
                    f => f.Key,
                    f =>
                        double.IsNaN(f.Value.Value)
                            ? null
                            : new
                            {
                                f.Value.Value,
                                f.Value.Range?.Low,
                                f.Value.Range?.High,
                            }
                ),
            }),
            Json.Options
        );
}
