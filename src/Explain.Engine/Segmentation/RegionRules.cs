using System.Globalization;

namespace Explain.Engine.Segmentation;

/// <summary>The values of the <c>boxes</c> parameter: which regions are meant, or whose protocol finds them.</summary>
public static class RegionRules
{
    /// <summary>Every region above the threshold.</summary>
    public const string All = "all";

    // csharpier-ignore
    private static readonly Row[] Rows =
    [
        new(All, threshold => new RegionRule(threshold)),
        new("largest", threshold => new RegionRule(threshold) { Largest = true }),
        // Zhou et al. 2016, section 3.2: "of which the value is above 20% of the max value of the CAM", the largest connected component.
        new("cam", threshold => new RegionRule(threshold) { Largest = true, Above = true }) { Share = 0.2f },
        // Selvaraju et al. 2017, section 4.1: "a threshold of 15% of the max intensity", the single largest segment.
        new("gradcam", threshold => new RegionRule(threshold) { Largest = true }) { Share = 0.15f },
        new("wsolevaluation", threshold => new RegionRule(threshold) { Largest = true, Convention = RegionConvention.WsolEvaluation }) { SharesOnly = true },
    ];

    /// <summary>What can be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.Select(r => r.Name)];

    /// <summary>The rule of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>; null for <see cref="All"/>.</param>
    /// <param name="threshold">What was asked for; null: <paramref name="usual"/>, where the protocol has none of its own.</param>
    /// <param name="usual">The method's own share of the maximum.</param>
    public static RegionRule Of(string? name, RegionThreshold? threshold, float usual)
    {
        var row = Find(name);
        return row.Rule(threshold ?? RegionThreshold.Share(row.Share ?? usual));
    }

    /// <summary>Why a threshold cannot go with a name, as a message that continues "threshold: "; null when it can.</summary>
    /// <param name="name">One of <see cref="Names"/>; null for <see cref="All"/>.</param>
    /// <param name="threshold">What was asked for.</param>
    public static string? Refusal(string? name, RegionThreshold? threshold) =>
        (Find(name), threshold) switch
        {
            (_, null) => null,
            ({ Share: { } share }, { } other) when other != RegionThreshold.Share(share) => string.Create(
                CultureInfo.InvariantCulture,
                $"'{other}' is not that of boxes={name}; allowed with it: {share}, or no threshold"
            ),
            ({ SharesOnly: true }, { Kind: not ThresholdKind.Share } other) =>
                $"'{other}' is not known to boxes={name}; allowed with it: a number from 0 to below 1",
            _ => null,
        };

    private static Row Find(string? name) => Rows.First(r => r.Name == (name ?? All));

    private sealed record Row(string Name, Func<RegionThreshold, RegionRule> Rule)
    {
        /// <summary>The share of the maximum that belongs to the protocol; null when the request chooses.</summary>
        public float? Share { get; init; }

        /// <summary>Whether no other kind of threshold is known.</summary>
        public bool SharesOnly { get; init; }
    }
}
