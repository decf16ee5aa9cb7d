using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate;

/// <summary>Figures of one way to explain, over all pictures or those of one class.</summary>
/// <param name="Way">The way.</param>
/// <param name="Class">Label or index of the class; null for all.</param>
/// <param name="Maps">How many maps there are.</param>
/// <param name="Figures">By the name of the measure.</param>
internal sealed record LocalizationLine(Way Way, string? Class, int Maps, IReadOnlyDictionary<string, Figure> Figures);

/// <summary>What is measured so far.</summary>
/// <param name="Rows">Every map.</param>
/// <param name="Failed">How many pictures could not be measured.</param>
/// <param name="All">A line for each way.</param>
/// <param name="Classes">A line for each way and class.</param>
internal sealed record LocalizationResults(
    IReadOnlyList<LocalizationRow> Rows,
    int Failed,
    IReadOnlyList<LocalizationLine> All,
    IReadOnlyList<LocalizationLine> Classes
)
{
    /// <summary>The figures of rows.</summary>
    /// <param name="rows">Every map.</param>
    /// <param name="failed">How many pictures could not be measured.</param>
    public static LocalizationResults Of(IReadOnlyList<LocalizationRow> rows, int failed)
    {
        var ways = rows.GroupBy(r => r.Way()).OrderBy(g => g.Key.Model, StringComparer.Ordinal).ToArray();
        return new LocalizationResults(
            rows,
            failed,
            [.. ways.AsParallel().AsOrdered().Select(g => Line(g.Key, null, g, ranges: true))],
            [
                .. ways.SelectMany(g =>
                    g.GroupBy(r => r.ClassIndex)
                        .OrderBy(c => c.Key)
                        .Select(c => Line(g.Key, c.First().ClassLabel ?? $"{c.Key}", c, ranges: false))
                ),
            ]
        );
    }

    private static LocalizationLine Line(Way way, string? name, IEnumerable<LocalizationRow> rows, bool ranges)
    {
        MeasuredMap[] maps = [.. rows.OrderBy(r => r.Item, StringComparer.Ordinal).ThenBy(r => r.ClassIndex).Select(r => r.Map())];
        return new LocalizationLine(way, name, maps.Length, LocalizationMeasures.Of(maps, ranges));
    }
}
