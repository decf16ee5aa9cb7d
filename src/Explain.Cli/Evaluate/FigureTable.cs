using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate;

/// <summary>Figures of maps that were made alike.</summary>
/// <param name="Way">How they were made.</param>
/// <param name="Further">What else they have in common, by the name of its column; null for all.</param>
/// <param name="Maps">How many there are.</param>
/// <param name="Figures">By the name of the measure.</param>
internal sealed record FigureLine(
    Way Way,
    IReadOnlyList<KeyValuePair<string, object?>> Further,
    int Maps,
    IReadOnlyDictionary<string, Figure> Figures
)
{
    /// <summary>What the maps have in common, by the name of its column.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Subject =>
        [new("model", Way.Model), new("method", Way.Method), new("layer", Way.Layer), .. Further];
}

/// <summary>Figures as CSV and as JSON; what is no number is empty, or null.</summary>
internal static class FigureTable
{
    /// <summary>A table with a line for each: what it is of, the number of maps, and each figure with the ends of its interval.</summary>
    /// <param name="lines">One at least, with the same columns and measures.</param>
    public static byte[] Csv(IReadOnlyList<FigureLine> lines)
    {
        using var table = new MemoryStream();
        using (var csv = CsvWriter.Create(table, CsvWriterOptions.Default))
        {
            string[] measures = [.. lines[0].Figures.Keys];
            csv.WriteRecord([
                .. lines[0].Subject.Select(s => s.Key),
                "maps",
                .. measures.SelectMany(m => new[] { m, $"{m}-low", $"{m}-high" }),
            ]);
            foreach (var line in lines)
            {
                var figures = measures.SelectMany(m => Cells(line.Figures[m]));
                csv.WriteRecord([.. line.Subject.Select(s => Cell(s.Value)), $"{line.Maps}", .. figures]);
            }
        }
        return table.ToArray();
    }

    /// <summary>The same as a list of objects.</summary>
    public static byte[] Json(IReadOnlyList<FigureLine> lines) =>
        JsonSerializer.SerializeToUtf8Bytes(
            lines.Select(line => new Dictionary<string, object?>(line.Subject)
            {
                ["maps"] = line.Maps,
                ["figures"] = line.Figures.ToDictionary(f => f.Key, f => Document(f.Value)),
            }),
            Engine.Vocabulary.Json.Options
        );

    /// <summary>A figure in a cell, with the half of its interval in brackets.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="number">How numbers are written.</param>
    public static string Text(Figure figure, Func<double, string> number) =>
        double.IsNaN(figure.Value) ? "-"
        : figure.Range is { } range ? $"{number(figure.Value)} [{number((range.High - range.Low) / 2)}]"
        : number(figure.Value);

    private static IEnumerable<string> Cells(Figure figure) =>
        ((double?[])[figure.Value, figure.Range?.Low, figure.Range?.High]).Select(n =>
            n is { } number && !double.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : ""
        );

    private static string Cell(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static object? Document(Figure figure) =>
        double.IsNaN(figure.Value)
            ? null
            : new
            {
                figure.Value,
                figure.Range?.Low,
                figure.Range?.High,
            };
}
