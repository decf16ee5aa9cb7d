using System.Text.Json.Serialization;
using Explain.Cli.Jobs.Rows;
using Parquet.Serialization.Attributes;

namespace Explain.Cli.Evaluate;

/// <summary>One map of a picture beside that of the model with weights drawn anew; a failed picture has one row without a method.</summary>
internal sealed record RandomizationRow : IJobRow
{
    [JsonPropertyName("key"), ParquetRequired]
    public string Key { get; set; } = "";

    [JsonPropertyName("item"), ParquetRequired]
    public string Item { get; set; } = "";

    [JsonPropertyName("error")]
    public string? Error { get; set; }

    [JsonPropertyName("method")]
    public string? Method { get; set; }

    [JsonPropertyName("layer")]
    public string? Layer { get; set; }

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
