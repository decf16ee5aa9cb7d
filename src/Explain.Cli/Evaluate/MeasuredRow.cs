using System.Text.Json.Serialization;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Rows;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Localization;
using Parquet.Serialization.Attributes;

namespace Explain.Cli.Evaluate;

/// <summary>What the row of every map begins with, whatever is measured; a failed picture has one row without a method.</summary>
internal abstract record MeasuredRow : IJobRow
{
    [JsonPropertyName("key"), ParquetRequired]
    public string Key { get; set; } = "";

    [JsonPropertyName("item"), ParquetRequired]
    public string Item { get; set; } = "";

    [JsonPropertyName("error")]
    public string? Error { get; set; }

    [JsonPropertyName("model")]
    public string? Model { get; set; }

    [JsonPropertyName("method")]
    public string? Method { get; set; }

    [JsonPropertyName("layer")]
    public string? Layer { get; set; }

    /// <summary>How the map was made.</summary>
    public Way Way() => new(Model!, Method!, Layer);

    /// <summary>Measures a picture; whatever is wrong with it becomes its outcome.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="measure">Its rows, each made of the one that it is given, which knows the picture.</param>
    public static async Task<ItemOutcome<TRow>> OutcomeAsync<TRow>(JobItem item, Func<TRow, Task<IReadOnlyList<TRow>>> measure)
        where TRow : MeasuredRow, new()
    {
        var empty = new TRow { Key = item.Key, Item = item.Name };
        try
        {
            return new ItemOutcome<TRow>(item, await measure(empty), null);
        }
        catch (Exception e)
        {
            empty.Error = e is ExplainException or FormatException or IOException or UnauthorizedAccessException
                ? e.Message
                : $"unexpected failure ({e.GetType().Name}): {e.Message}";
            return new ItemOutcome<TRow>(item, [empty], empty.Error);
        }
    }
}
