using System.Globalization;
using System.Text.Json.Serialization;

namespace Explain.Engine.Segmentation;

/// <summary>From which value on a map speaks for a region.</summary>
public enum ThresholdKind
{
    /// <summary>A share of the map's maximum.</summary>
    Share,

    /// <summary>The value that parts the positions of the enlarged map best into two classes (Otsu 1979).</summary>
    Otsu,

    /// <summary>A percentile of the positions of the enlarged map.</summary>
    Percentile,
}

/// <summary>The <c>threshold</c> parameter.</summary>
/// <param name="Kind">What the value is.</param>
/// <param name="Value">The share, 0 to below 1; the percentile, above 0 and below 100; 0 for Otsu's.</param>
[JsonConverter(typeof(RegionThresholdConverter))]
public readonly record struct RegionThreshold(ThresholdKind Kind, float Value = 0)
{
    /// <summary>What is allowed, in words.</summary>
    public const string Allowed = "a number from 0 to below 1, otsu, or percentile:P with P above 0 and below 100";

    /// <summary>The name of Otsu's threshold.</summary>
    public const string OtsuName = "otsu";

    /// <summary>What stands before a percentile.</summary>
    public const string PercentilePrefix = "percentile:";

    /// <summary>Otsu's threshold.</summary>
    public static RegionThreshold Otsu { get; } = new(ThresholdKind.Otsu);

    /// <summary>A share of the map's maximum.</summary>
    /// <param name="share">0 to below 1.</param>
    public static RegionThreshold Share(float share) => new(ThresholdKind.Share, share);

    /// <summary>The value below which so many percent of the positions lie.</summary>
    /// <param name="percent">Above 0 and below 100.</param>
    public static RegionThreshold Percentile(float percent) => new(ThresholdKind.Percentile, percent);

    /// <summary>As the parameter is written.</summary>
    public override string ToString() =>
        Kind switch
        {
            ThresholdKind.Otsu => OtsuName,
            ThresholdKind.Percentile => PercentilePrefix + Value.ToString(CultureInfo.InvariantCulture),
            _ => Value.ToString(CultureInfo.InvariantCulture),
        };
}
