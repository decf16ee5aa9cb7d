using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Output;

/// <summary>What makes results belong together: model, parameters, format, and where the images are.</summary>
/// <param name="facts">All of it.</param>
/// <param name="shards">Into how many parts the work is divided now; may change from run to run.</param>
internal sealed class JobDescription(JsonObject facts, int shards)
{
    private const string ShardsField = "shards";
    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public int Shards { get; } = shards;

    private JsonObject Facts { get; } = facts;

    /// <summary>Reads one that was written.</summary>
    /// <exception cref="UsageException">The file is none.</exception>
    public static JobDescription Read(string file)
    {
        try
        {
            var facts = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            var shards = facts[ShardsField]!.GetValue<int>();
            facts.Remove(ShardsField);
            return new JobDescription(facts, shards);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new UsageException($"'{file}' does not describe a job; choose another --out");
        }
    }

    /// <summary>Writes it, as a whole or not at all.</summary>
    public void Write(string file)
    {
        var all = Facts.DeepClone().AsObject();
        all[ShardsField] = Shards;
        var unfinished = file + ".unfinished";
        File.WriteAllText(unfinished, all.ToJsonString(Style) + "\n");
        File.Move(unfinished, file, overwrite: true);
    }

    /// <summary>
    /// The first fact that differs in the job that is described here and the other, in words; null when they are one job.
    /// </summary>
    public string? Difference(JobDescription other) => Difference("", Facts, other.Facts);

    private static string? Difference(string name, JsonNode? there, JsonNode? here)
    {
        if (there is not JsonObject before || here is not JsonObject now)
            return JsonNode.DeepEquals(there, here) ? null : $"{name} is {Text(there)} there and {Text(here)} here";
        return before
            .Select(f => f.Key)
            .Union(now.Select(f => f.Key))
            .Select(key => Difference(name.Length == 0 ? key : $"{name}.{key}", before[key], now[key]))
            .FirstOrDefault(d => d is not null);
    }

    private static string Text(JsonNode? fact) =>
        fact is null ? "not set" : fact.ToJsonString(new JsonSerializerOptions(Style) { WriteIndented = false });
}
