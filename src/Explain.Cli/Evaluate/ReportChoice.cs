using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>A class on a picture that a report shows.</summary>
/// <param name="Rows">Its rows, one for each way whose map is shown.</param>
internal sealed record ChosenPicture(IReadOnlyList<LocalizationRow> Rows)
{
    /// <summary>What they have in common.</summary>
    public LocalizationRow Any => Rows[0];
}

/// <summary>Chooses the pictures that a report shows: always the same of the same rows.</summary>
/// <param name="rows">What was measured.</param>
internal sealed class ReportChoice(IReadOnlyList<LocalizationRow> rows)
{
    private const int Most = 8;

    /// <summary>Those whose boxes fit best by one way.</summary>
    public IReadOnlyList<ChosenPicture> Best(Way way)
    {
        var sorted = Sorted(way);
        return [.. sorted.Take(Math.Min(Most, (sorted.Length + 1) / 2)).Select(r => new ChosenPicture([r]))];
    }

    /// <summary>Those whose boxes fit worst, worst first; none of the best.</summary>
    public IReadOnlyList<ChosenPicture> Worst(Way way)
    {
        var sorted = Sorted(way);
        return [.. sorted.TakeLast(Math.Min(Most, sorted.Length / 2)).Reverse().Select(r => new ChosenPicture([r]))];
    }

    /// <summary>Those on which the ways of a model differ most, each with the best and the worst of them; baselines aside.</summary>
    public IReadOnlyList<ChosenPicture> Disputed() =>
        [
            .. rows.Where(r => !r.Way().IsBaseline)
                .GroupBy(r => (r.Model, r.Item, r.ClassIndex))
                .Select(g => (Best: g.MaxBy(r => r.Overlap)!, Worst: g.MinBy(r => r.Overlap)!))
                .Where(pair => pair.Best.Overlap > pair.Worst.Overlap)
                .OrderByDescending(pair => pair.Best.Overlap - pair.Worst.Overlap)
                .ThenBy(pair => pair.Best.Item, StringComparer.Ordinal)
                .ThenBy(pair => pair.Best.Model, StringComparer.Ordinal)
                .ThenBy(pair => pair.Best.ClassIndex)
                .Take(Most)
                .Select(pair => new ChosenPicture([pair.Best, pair.Worst])),
        ];

    private LocalizationRow[] Sorted(Way way) =>
        [
            .. rows.Where(r => r.Way() == way)
                .OrderByDescending(r => r.Overlap)
                .ThenBy(r => r.Item, StringComparer.Ordinal)
                .ThenBy(r => r.ClassIndex),
        ];
}
