using System.Text.Json.Serialization;

namespace Explain.Cli.Evaluate;

/// <summary>One map of a picture beside that of the model with weights drawn anew; a failed picture has one row without a method.</summary>
internal sealed record RandomizationRow : MeasuredRow
{
    [JsonPropertyName("stage")]
    public int Stage { get; set; }

    [JsonPropertyName("drawn_anew")]
    public string? DrawnAnew { get; set; }

    [JsonPropertyName("rank_correlation")]
    public double RankCorrelation { get; set; }

    [JsonPropertyName("rank_correlation_of_magnitudes")]
    public double RankCorrelationOfMagnitudes { get; set; }

    [JsonPropertyName("structure")]
    public double Structure { get; set; }
}
