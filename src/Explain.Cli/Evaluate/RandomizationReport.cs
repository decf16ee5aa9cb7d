using System.Globalization;
using CsvHelper;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate;

/// <summary>The table of what was compared, and a sentence for each method.</summary>
/// <param name="shell">Gets them.</param>
/// <param name="folder">Has the rows, and gets the table as CSV.</param>
internal sealed class RandomizationReport(Shell shell, OutputFolder folder)
{
    // Rules of thumb: edges of the picture alone give every map something in common with another.
    private const double InPart = 0.6;
    private const double Hardly = 0.7;

    /// <summary>Reads all rows and writes the table.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        var rows = new List<RandomizationRow>();
        foreach (var part in folder.AllParts)
            rows.AddRange(await RowFile.ReadAsync<RandomizationRow>(part, cancellation));
        if (rows.Count == 0)
            return;
        var lines = rows.GroupBy(r => (r.Method, r.Layer, r.Stage, r.DrawnAnew))
            .OrderBy(g => g.Key.Method, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Layer, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Stage)
            .Select(g => new Line(g.Key.Method!, g.Key.Layer!, g.Key.Stage, g.Key.DrawnAnew!, g.Count(), Means(g)))
            .ToArray();
        shell.Out.WriteLine(
            $"{rows.Select(r => r.Item).Distinct().Count()} pictures; maps beside those of the model with weights drawn anew"
        );
        Columns.Write(
            shell,
            ["method", "layer", "down to", "maps", "rank", "rank of magnitudes", "structure"],
            [
                .. lines.Select(l =>
                    new[] { l.Method, l.Layer, l.DrawnAnew, $"{l.Maps}", Text(l.Means[0]), Text(l.Means[1]), Text(l.Means[2]) }
                ),
            ]
        );
        foreach (var way in rows.GroupBy(r => (r.Method, r.Layer)).OrderBy(g => g.Key.Method, StringComparer.Ordinal))
            shell.Out.WriteLine(Sentence(way, way.Key.Method!, way.Key.Layer!));
        using var csv = CsvWriter.Create(File.Create(folder.At("randomization.csv")), CsvWriterOptions.Default);
        csv.WriteRecord(["method", "layer", "stage", "drawn_anew", "maps", "rank", "rank_of_magnitudes", "structure"]);
        foreach (var l in lines)
        {
            var means = l.Means.Select(m => m.Value.ToString("R", CultureInfo.InvariantCulture));
            csv.WriteRecord([l.Method, l.Layer, $"{l.Stage}", l.DrawnAnew, $"{l.Maps}", .. means]);
        }
    }

    // Maps that are constant have no ranks.
    private static (double Value, Interval? Range)[] Means(IEnumerable<RandomizationRow> rows) =>
        [Mean(rows, r => r.RankCorrelation), Mean(rows, r => r.RankCorrelationOfMagnitudes), Mean(rows, r => r.Structure)];

    private static (double, Interval?) Mean(IEnumerable<RandomizationRow> rows, Func<RandomizationRow, double> of)
    {
        double[] values = [.. rows.Select(of).Where(v => !double.IsNaN(v))];
        return values.Length == 0 ? (double.NaN, null) : (values.Average(), Bootstrap.OfMean(values));
    }

    private static string Sentence(IEnumerable<RandomizationRow> rows, string method, string layer)
    {
        var kept = Mean(rows, r => r.RankCorrelationOfMagnitudes);
        var verdict =
            double.IsNaN(kept.Item1) ? "its maps are constant there"
            : kept.Item1 >= Hardly ? "it hardly depends on what the model has learnt"
            : kept.Item1 >= InPart ? "it depends on what the model has learnt in part"
            : "it depends on what the model has learnt";
        return $"{method} at {layer}: over all stages its maps keep a rank correlation of magnitudes of {Text(kept)}: {verdict}";
    }

    private static string Text((double Value, Interval? Range) mean) =>
        double.IsNaN(mean.Value) ? "-"
        : mean.Range is { } range ? string.Create(CultureInfo.InvariantCulture, $"{mean.Value:0.00} [{(range.High - range.Low) / 2:0.00}]")
        : string.Create(CultureInfo.InvariantCulture, $"{mean.Value:0.00}");

    private sealed record Line(string Method, string Layer, int Stage, string DrawnAnew, int Maps, (double Value, Interval? Range)[] Means);
}
