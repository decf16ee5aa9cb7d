using System.Globalization;
using System.Text;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Evaluation.Clusters;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>What is found: on the terminal, as CSV and as JSON, and as a page.</summary>
/// <param name="shell">Gets the tables.</param>
/// <param name="folder">Has the rows, and gets the files.</param>
internal sealed class ErrorsReport(Shell shell, OutputFolder folder)
{
    /// <summary>The most clusters in tables that somebody reads.</summary>
    public const int MostRows = 40;

    /// <summary>Heads of the table of clusters.</summary>
    public static IReadOnlyList<string> ClusterHeads { get; } =
    ["class", "maps", .. ClusterFigures.All.Select(f => f.Name), "region", "box"];

    /// <summary>Reads all rows and writes what they say.</summary>
    /// <param name="page">Makes the page; null for none, as its pictures take time.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public async Task WriteAsync(ErrorsPage? page, CancellationToken cancellation)
    {
        using var hold = await SummaryHold.TakeAsync(folder, cancellation);
        var rows = await RowFile.ReadAllAsync<ErrorsRow>(folder.AllParts, cancellation);
        if (rows.Count == 0)
            return;
        var results = ErrorsResults.Of(rows, (await RowFile.ReadAllAsync<ErrorsRow>(folder.AllFailures, cancellation)).Count);
        Print(results);
        await hold.WriteAsync("clusters.csv", ErrorsFiles.Clusters(results));
        await hold.WriteAsync("mistakes.csv", ErrorsFiles.Mistakes(results));
        await hold.WriteAsync("errors.json", ErrorsFiles.Document(results));
        if (page is not null)
            await hold.WriteAsync("report.html", Encoding.UTF8.GetBytes(await page.WriteAsync(results, cancellation)));
    }

    /// <summary>Cells of the table of places.</summary>
    public static IReadOnlyList<string[]> PlaceRows(ErrorsResults results) =>
        [
            .. Mistakes.Places.Select(place =>
                new[] { place.Name, $"{results.Mistakes.Count(m => Mistakes.PlaceOf(m) == place)}", place.Meaning }
            ),
        ];

    /// <summary>Cells of the table of clusters, the most of them that anybody reads.</summary>
    public static IReadOnlyList<string[]> ClusterRows(ErrorsResults results) =>
        [
            .. results
                .Clusters.Take(MostRows)
                .Select<ClassCluster, string[]>(c =>
                    [
                        $"{results.Names[c.Class]}{(c.IsSuspicious ? " !" : "")}",
                        $"{c.Maps.Count}",
                        .. ClusterFigures.All.Select(f => f.Text(c)),
                        c.Region.Words,
                        c.Region.Box,
                    ]
                ),
        ];

    /// <summary>Per cent, with the interval.</summary>
    public static string Percent(Figure figure) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * figure.Value:0.0} %")
        + (
            figure.Range is { } range
                ? string.Create(CultureInfo.InvariantCulture, $" (95 % interval {100 * range.Low:0.0} to {100 * range.High:0.0})")
                : ""
        );

    /// <summary>What is said of a class with very many maps.</summary>
    public static string SampleNote(string name) =>
        $"of the maps of '{name}', {MapClustering.MostCompared} were compared with each other, and the others put to the nearest cluster";

    private void Print(ErrorsResults results)
    {
        shell.Out.WriteLine(results.Verdict);
        shell.Out.WriteLine(
            $"{results.Pictures} pictures of {results.Classes} classes, {results.Mistakes.Count} mistakes, accuracy "
                + Percent(results.Accuracy)
        );
        if (results.Mistakes.Count > 0)
            Columns.Write(shell, ["looks", "mistakes", "meaning"], PlaceRows(results));
        Columns.Write(shell, ClusterHeads, ClusterRows(results));
        foreach (var figure in ClusterFigures.All)
            shell.Out.WriteLine($"{figure.Name}: {figure.Meaning}");
        if (results.Clusters.Count > MostRows)
            shell.Out.WriteLine($"{results.Clusters.Count - MostRows} more clusters in clusters.csv");
        foreach (var sampled in results.Sampled)
            shell.Out.WriteLine(SampleNote(sampled));
    }
}
