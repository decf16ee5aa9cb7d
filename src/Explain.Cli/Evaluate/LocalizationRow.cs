using System.Text.Json.Serialization;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>One class on one picture, explained one way, as a row of a Parquet file; a failed picture has a row without a class.</summary>
internal sealed record LocalizationRow : MeasuredRow
{
    [JsonPropertyName("class_index")]
    public int ClassIndex { get; set; }

    [JsonPropertyName("class_label")]
    public string? ClassLabel { get; set; }

    [JsonPropertyName("rank")]
    public int Rank { get; set; }

    [JsonPropertyName("difficult")]
    public bool Difficult { get; set; }

    [JsonPropertyName("overlap")]
    public double Overlap { get; set; }

    [JsonPropertyName("points")]
    public bool Points { get; set; }

    [JsonPropertyName("points_near")]
    public bool PointsNear { get; set; }

    [JsonPropertyName("energy")]
    public double Energy { get; set; }

    [JsonPropertyName("largest_overlaps")]
    public List<float>? LargestOverlaps { get; set; }

    [JsonPropertyName("any_overlaps")]
    public List<float>? AnyOverlaps { get; set; }

    [JsonPropertyName("pixels_inside")]
    public List<long>? PixelsInside { get; set; }

    [JsonPropertyName("pixels_outside")]
    public List<long>? PixelsOutside { get; set; }

    /// <summary>The row of a measured map.</summary>
    public LocalizationRow With(Way way, MeasuredMap map, string? label) =>
        this with
        {
            Model = way.Model,
            Method = way.Method,
            Layer = way.Layer,
            ClassIndex = map.Class,
            ClassLabel = label,
            Rank = map.Rank,
            Difficult = map.Difficult,
            Overlap = map.Places.Overlap,
            Points = map.Places.Points,
            PointsNear = map.Places.PointsNear,
            Energy = map.Places.Energy,
            LargestOverlaps = [.. map.Places.Curve.Largest],
            AnyOverlaps = [.. map.Places.Curve.Any],
            PixelsInside = map.Places.Pixels is { } inside ? [.. inside.Inside] : null,
            PixelsOutside = map.Places.Pixels is { } outside ? [.. outside.Outside] : null,
        };

    /// <summary>What was measured.</summary>
    public MeasuredMap Map() =>
        new(
            Item,
            ClassIndex,
            Rank,
            Difficult,
            new MapPlaces(
                Overlap,
                new BoxCurve(LargestOverlaps!, AnyOverlaps!),
                Points,
                PointsNear,
                Energy,
                PixelsInside is { Count: > 0 } inside ? new PixelScores([.. inside], [.. PixelsOutside!]) : null
            )
        );
}
