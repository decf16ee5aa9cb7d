using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Clusters;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>What is found, for programs.</summary>
internal static class ErrorsFiles
{
    /// <summary>A line a cluster; edges of the region are shares of what the model saw.</summary>
    public static byte[] Clusters(ErrorsResults results) =>
        Table(
            ["class", "label", "maps", "suspicious", .. ClusterFigures.All.Select(f => f.Name), "region", "x0", "y0", "x1", "y1"],
            results.Clusters.Select<ClassCluster, string[]>(c =>
                [
                    $"{c.Class}",
                    results.Names[c.Class],
                    $"{c.Maps.Count}",
                    c.IsSuspicious ? "1" : "0",
                    .. ClusterFigures.All.Select(f => Number(f.Of(c))),
                    c.Region.Words,
                    Number(c.Region.Left),
                    Number(c.Region.Top),
                    Number(c.Region.Right),
                    Number(c.Region.Bottom),
                ]
            )
        );

    /// <summary>A line a mistake.</summary>
    public static byte[] Mistakes(ErrorsResults results) =>
        Table(
            ["path", "label", "predicted", "probability", "predicted_probability", "looks", "inside", "border"],
            results.Mistakes.Select(m =>
                new[]
                {
                    m.Wrong.Item,
                    m.True.Class,
                    m.Wrong.Class,
                    Number(m.True.Probability),
                    Number(m.Wrong.Probability),
                    Errors.Mistakes.PlaceOf(m).Name,
                    Number(m.Wrong.Inside),
                    Number(m.Wrong.Border),
                }
            )
        );

    /// <summary>All of it, with the names of the pictures.</summary>
    public static byte[] Document(ErrorsResults results) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                results.Verdict,
                results.Pictures,
                results.Failed,
                Accuracy = new
                {
                    results.Accuracy.Value,
                    results.Accuracy.Range?.Low,
                    results.Accuracy.Range?.High,
                },
                Clusters = results.Clusters.Select(c => Cluster(results, c)),
                Mistakes = results.Mistakes.Select(m => new
                {
                    Picture = m.Wrong.Item,
                    Label = m.True.Class,
                    Predicted = m.Wrong.Class,
                    Looks = Errors.Mistakes.PlaceOf(m).Name,
                }),
            },
            Json.Options
        );

    private static object Cluster(ErrorsResults results, ClassCluster cluster) =>
        new
        {
            cluster.Class,
            Label = results.Names[cluster.Class],
            Maps = cluster.Maps.Count,
            cluster.IsSuspicious,
            Figures = ClusterFigures.All.ToDictionary(f => f.Name, f => double.IsNaN(f.Of(cluster)) ? (double?)null : f.Of(cluster)),
            Region = new
            {
                cluster.Region.Words,
                cluster.Region.Left,
                cluster.Region.Top,
                cluster.Region.Right,
                cluster.Region.Bottom,
            },
            cluster.Mean,
            Pictures = cluster.Maps.Select(m => m.Picture),
        };

    private static byte[] Table(string[] heads, IEnumerable<string[]> rows)
    {
        using var table = new MemoryStream();
        using (var csv = CsvWriter.Create(table, CsvWriterOptions.Default))
        {
            csv.WriteRecord(heads);
            foreach (var row in rows)
                csv.WriteRecord(row);
        }
        return table.ToArray();
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
