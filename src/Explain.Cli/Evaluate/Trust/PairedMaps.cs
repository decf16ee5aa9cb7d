using Explain.Evaluation.Randomization;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>The maps of a class on a picture by two models.</summary>
/// <param name="First">The first model's.</param>
/// <param name="Second">The second model's.</param>
internal sealed record PairedMaps(TrustRow First, TrustRow Second)
{
    /// <summary>What the class is called: as by the first model, where it has labels.</summary>
    public string Class => First.ClassLabel ?? First.Label!;

    /// <summary>Spearman's rank correlation, −1..1; not a number where a map is constant.</summary>
    public double Correlation { get; } = MapSimilarity.RankCorrelation([.. First.Shares!], [.. Second.Shares!]);

    /// <summary>Intersection over union of what reaches half of each maximum, 0..1; not a number where a map has no heat.</summary>
    public double Overlap { get; } = MapSimilarity.Overlap([.. First.Shares!], [.. Second.Shares!]);

    /// <summary>The pairs of rows that have one, by picture and label.</summary>
    /// <param name="rows">Rows of both models.</param>
    /// <param name="first">Name of the first model.</param>
    /// <param name="second">Name of the second one.</param>
    public static IReadOnlyList<PairedMaps> Of(IEnumerable<TrustRow> rows, string first, string second) =>
        [
            .. rows.GroupBy(r => (r.Item, r.Label))
                .OrderBy(g => g.Key.Item, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Label, StringComparer.Ordinal)
                .Select(g => new PairedMaps(g.Single(r => r.Model == first), g.Single(r => r.Model == second))),
        ];
}
