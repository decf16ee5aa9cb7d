using System.Text.Json.Serialization;

namespace Explain.Cli.Evaluate;

/// <summary>How faithful one map of a picture is, as a row of a Parquet file; a failed picture has one row without a method.</summary>
internal sealed record FaithfulnessRow : MeasuredRow
{
    /// <summary>What is explained, in a few words.</summary>
    [JsonPropertyName("target")]
    public string? Target { get; set; }

    /// <summary>Its class index; null where it is no class.</summary>
    [JsonPropertyName("class_index")]
    public int? ClassIndex { get; set; }

    /// <summary>Which score the map was measured by.</summary>
    [JsonPropertyName("score")]
    public string? Score { get; set; }

    /// <summary>What was found by each measure that has a value, by its name in the table of measures.</summary>
    [JsonPropertyName("measures")]
    public Dictionary<string, double> Measures { get; set; } = [];
}
