using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>What is found: on the terminal, as CSV and as JSON, and as a page.</summary>
/// <param name="shell">Gets the tables.</param>
/// <param name="folder">Has the rows, and gets the files.</param>
/// <param name="names">What the models are called.</param>
internal sealed class TrustReport(Shell shell, OutputFolder folder, (string First, string Second) names)
{
    private const int MostClasses = 20;

    /// <summary>Reads all rows and writes what they say.</summary>
    /// <param name="page">Makes the page; null for none, as its pictures take time.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public async Task WriteAsync(TrustPage? page, CancellationToken cancellation)
    {
        using var hold = await SummaryHold.TakeAsync(folder, cancellation);
        var rows = await RowFile.ReadAllAsync<TrustRow>(folder.AllParts, cancellation);
        if (rows.Count == 0)
            return;
        var failed = (await RowFile.ReadAllAsync<TrustRow>(folder.AllFailures, cancellation)).Count;
        var results = TrustResults.Of(rows, failed, names);
        Print(results);
        await hold.WriteAsync("trust.csv", Table(results));
        await hold.WriteAsync("trust.json", Document(results));
        if (page is not null)
            await hold.WriteAsync("report.html", Encoding.UTF8.GetBytes(await page.WriteAsync(results, cancellation)));
    }

    /// <summary>Heads of the table of figures.</summary>
    public static string[] FigureHeads(TrustResults results) =>
        ["figure", results.Names.First, results.Names.Second, "difference", "95 % interval", "p"];

    /// <summary>Cells of the table of figures.</summary>
    public static IReadOnlyList<string[]> FigureRows(TrustResults results) =>
        [
            .. results.Figures.Select(f =>
                new[]
                {
                    f.Figure.Name,
                    Text(f.First.Value),
                    Text(f.Second.Value),
                    Text(f.Difference.Value),
                    f.Difference.Range is { } range ? $"{Text(range.Low)} to {Text(range.High)}" : "-",
                    double.IsNaN(f.Difference.Value) ? "-" : f.Chance,
                }
            ),
        ];

    /// <summary>Heads of the table of agreement.</summary>
    public static IReadOnlyList<string> AgreementHeads { get; } = ["maps of", "maps", "overlap", "rank correlation"];

    /// <summary>Cells of the table of agreement: all, then classes, the least agreement first.</summary>
    public static IReadOnlyList<string[]> AgreementRows(TrustResults results) =>
        [
            .. results
                .Known.Take(MostClasses)
                .Prepend(results.All)
                .Select(a => new[] { a.Label ?? "all classes", $"{a.Maps}", Text(a.Overlap.Value), Text(a.Correlation.Value) }),
        ];

    private static string Text(double value) => double.IsNaN(value) ? "-" : value.ToString("0.000", CultureInfo.InvariantCulture);

    private void Print(TrustResults results)
    {
        shell.Out.WriteLine($"{results.Pictures} pictures; p is that of the sign test over pictures");
        Columns.Write(shell, FigureHeads(results), FigureRows(results));
        foreach (var figure in TrustFigures.All)
            shell.Out.WriteLine($"{figure.Name}: {figure.Meaning}");
        Columns.Write(shell, AgreementHeads, AgreementRows(results));
        if (results.Classes.Count >= AgreementRows(results).Count)
            shell.Out.WriteLine($"classes with fewer than {TrustResults.FewestMaps} maps, or more agreement, are in trust.json");
        shell.Out.WriteLine(results.Verdict);
    }

    private static byte[] Table(TrustResults results)
    {
        using var table = new MemoryStream();
        using (var csv = CsvWriter.Create(table, CsvWriterOptions.Default))
        {
            csv.WriteRecord([
                "path",
                "label",
                "first_right",
                "second_right",
                "first_inside",
                "second_inside",
                "overlap",
                "rank_correlation",
            ]);
            foreach (var pair in results.Pairs)
            {
                csv.WriteRecord([
                    pair.First.Item,
                    pair.Class,
                    pair.First.Right ? "1" : "0",
                    pair.Second.Right ? "1" : "0",
                    Number(pair.First.Inside),
                    Number(pair.Second.Inside),
                    Number(pair.Overlap),
                    Number(pair.Correlation),
                ]);
            }
        }
        return table.ToArray();
    }

    private static byte[] Document(TrustResults results) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                results.Verdict,
                First = results.Names.First,
                Second = results.Names.Second,
                results.Pictures,
                results.Failed,
                Figures = results.Figures.ToDictionary(
                    f => f.Figure.Name,
                    f => new
                    {
                        First = Known(f.First),
                        Second = Known(f.Second),
                        Difference = Known(f.Difference),
                        Probability = double.IsNaN(f.Difference.Value) ? (double?)null : f.Probability,
                    }
                ),
                Agreement = results
                    .Classes.Prepend(results.All)
                    .Select(a => new
                    {
                        a.Label,
                        a.Maps,
                        Overlap = Known(a.Overlap),
                        Correlation = Known(a.Correlation),
                    }),
            },
            Json.Options
        );

    private static object? Known(Figure figure) =>
        double.IsNaN(figure.Value)
            ? null
            : new
            {
                figure.Value,
                figure.Range?.Low,
                figure.Range?.High,
            };

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
