using System.Text.Json.Serialization;
using Explain.Cli.Jobs.Rows;
using Parquet.Serialization.Attributes;

namespace Explain.Cli.Batch;

/// <summary>What is known of one target of one item, as a row of a Parquet file; a failed item has one row without a target.</summary>
internal sealed record BatchRow : IJobRow
{
    public const string Done = "done";
    public const string Failed = "failed";

    [JsonPropertyName("key"), ParquetRequired]
    public string Key { get; set; } = "";

    [JsonPropertyName("item"), ParquetRequired]
    public string Item { get; set; } = "";

    [JsonPropertyName("id")]
    public string? Id { get; set; }

    [JsonPropertyName("status"), ParquetRequired]
    public string Status { get; set; } = Failed;

    [JsonPropertyName("error")]
    public string? Error { get; set; }

    [JsonPropertyName("finished_at"), ParquetTimestamp]
    public DateTime FinishedAt { get; set; }

    [JsonPropertyName("model"), ParquetRequired]
    public string Model { get; set; } = "";

    [JsonPropertyName("model_sha256"), ParquetRequired]
    public string ModelSha256 { get; set; } = "";

    [JsonPropertyName("explanation")]
    public string? Explanation { get; set; }

    [JsonPropertyName("method"), ParquetRequired]
    public string Method { get; set; } = "";

    [JsonPropertyName("layer")]
    public string? Layer { get; set; }

    [JsonPropertyName("score")]
    public string? Score { get; set; }

    [JsonPropertyName("target")]
    public string? Target { get; set; }

    [JsonPropertyName("target_index")]
    public int? TargetIndex { get; set; }

    [JsonPropertyName("target_label")]
    public string? TargetLabel { get; set; }

    [JsonPropertyName("target_logit")]
    public float? TargetLogit { get; set; }

    [JsonPropertyName("target_probability")]
    public float? TargetProbability { get; set; }

    [JsonPropertyName("target_value")]
    public double? TargetValue { get; set; }

    [JsonPropertyName("predicted_index")]
    public int? PredictedIndex { get; set; }

    [JsonPropertyName("predicted_label")]
    public string? PredictedLabel { get; set; }

    [JsonPropertyName("predicted_probability")]
    public float? PredictedProbability { get; set; }

    [JsonPropertyName("boxes")]
    public List<BoxCell>? Boxes { get; set; }

    [JsonPropertyName("diagnostics")]
    public List<DiagnosticCell>? Diagnostics { get; set; }

    [JsonPropertyName("partial_done")]
    public int? PartialDone { get; set; }

    [JsonPropertyName("partial_of")]
    public int? PartialOf { get; set; }

    [JsonPropertyName("faithfulness")]
    public string? Faithfulness { get; set; }

    [JsonPropertyName("completeness")]
    public string? Completeness { get; set; }

    [JsonPropertyName("width")]
    public int? Width { get; set; }

    [JsonPropertyName("height")]
    public int? Height { get; set; }

    [JsonPropertyName("map_width")]
    public int? MapWidth { get; set; }

    [JsonPropertyName("map_height")]
    public int? MapHeight { get; set; }

    [JsonPropertyName("map_min")]
    public float? MapMin { get; set; }

    [JsonPropertyName("map_max")]
    public float? MapMax { get; set; }

    [JsonPropertyName("decode_ms")]
    public double? DecodeMs { get; set; }

    [JsonPropertyName("preprocess_ms")]
    public double? PreprocessMs { get; set; }

    [JsonPropertyName("run_ms")]
    public double? RunMs { get; set; }

    [JsonPropertyName("map_ms")]
    public double? MapMs { get; set; }

    [JsonPropertyName("render_ms")]
    public double? RenderMs { get; set; }

    [JsonPropertyName("file")]
    public string? File { get; set; }
}

/// <summary>A region of the map, in pixels of the image.</summary>
internal sealed record BoxCell
{
    [JsonPropertyName("x")]
    public int X { get; set; }

    [JsonPropertyName("y")]
    public int Y { get; set; }

    [JsonPropertyName("width")]
    public int Width { get; set; }

    [JsonPropertyName("height")]
    public int Height { get; set; }

    [JsonPropertyName("score")]
    public float Score { get; set; }
}

/// <summary>A coded warning.</summary>
internal sealed record DiagnosticCell
{
    [JsonPropertyName("code")]
    public string? Code { get; set; }

    [JsonPropertyName("message")]
    public string? Message { get; set; }
}
