using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>Figures of one way to explain, over all pictures or those of one class.</summary>
/// <param name="Way">The way.</param>
/// <param name="Class">Label or index of the class; null for all.</param>
/// <param name="Maps">How many maps there are.</param>
/// <param name="Figures">By the name of the measure.</param>
internal sealed record LocalizationLine(Way Way, string? Class, int Maps, IReadOnlyDictionary<string, Figure> Figures);

/// <summary>The tables of what is measured: on the terminal, as CSV and as JSON.</summary>
/// <param name="shell">Gets the table.</param>
/// <param name="folder">Has the rows, and gets the files.</param>
internal sealed class LocalizationReport(Shell shell, OutputFolder folder)
{
    private const string Name = "localization";

    /// <summary>Reads all rows and writes the tables.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        var rows = new List<LocalizationRow>();
        foreach (var part in folder.AllParts)
            rows.AddRange(await RowFile.ReadAsync<LocalizationRow>(part, cancellation));
        if (rows.Count == 0)
            return;
        var ways = rows.GroupBy(r => r.Way()).OrderBy(g => g.Key.Model, StringComparer.Ordinal).ToArray();
        LocalizationLine[] all = [.. ways.AsParallel().AsOrdered().Select(g => Line(g.Key, null, g, ranges: true))];
        LocalizationLine[] classes =
        [
            .. ways.SelectMany(g =>
                g.GroupBy(r => r.ClassIndex)
                    .OrderBy(c => c.Key)
                    .Select(c => Line(g.Key, c.First().ClassLabel ?? $"{c.Key}", c, ranges: false))
            ),
        ];
        shell.Out.WriteLine($"{rows.Select(r => r.Item).Distinct().Count()} pictures; in brackets the half of the 95 % interval");
        Columns.Write(
            shell,
            ["model", "method", "layer", "maps", .. LocalizationMeasures.All.Select(m => m.Name)],
            [.. all.Select(l => Cells(l, LocalizationMeasures.All.Select(m => Text(l.Figures[m.Name]))))]
        );
        foreach (var measure in LocalizationMeasures.All)
            shell.Out.WriteLine($"{measure.Name}: {measure.Meaning}");
        WriteCsv([.. all, .. classes]);
        await File.WriteAllTextAsync(folder.At($"{Name}.json"), Document([.. all, .. classes]), cancellation);
    }

    private static LocalizationLine Line(Way way, string? name, IEnumerable<LocalizationRow> rows, bool ranges)
    {
        MeasuredMap[] maps = [.. rows.OrderBy(r => r.Item, StringComparer.Ordinal).ThenBy(r => r.ClassIndex).Select(r => r.Map())];
        return new LocalizationLine(way, name, maps.Length, LocalizationMeasures.Of(maps, ranges));
    }

    private static string[] Cells(LocalizationLine line, IEnumerable<string> figures) =>
        [line.Way.Model, line.Way.Method, line.Way.Layer ?? "-", $"{line.Maps}", .. figures];

    private static string Text(Figure figure) =>
        double.IsNaN(figure.Value) ? "-"
        : figure.Range is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * figure.Value:0.0} [{50 * (range.High - range.Low):0.0}]")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * figure.Value:0.0}");

    private void WriteCsv(IReadOnlyList<LocalizationLine> lines)
    {
        using var csv = CsvWriter.Create(File.Create(folder.At($"{Name}.csv")), CsvWriterOptions.Default);
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
