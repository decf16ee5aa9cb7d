using System.Text.Json;
using System.Text.Json.Serialization;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Reading;

/// <summary>The optional <c>model.json</c> beside a model; every field may be absent.</summary>
internal sealed record ModelManifest
{
    // csharpier-ignore
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    public string? Labels { get; init; }

    public InputSection Input { get; init; } = new();

    public OutputSection Output { get; init; } = new();

    public string? Layer { get; init; }

    public Dictionary<string, string>? Channels { get; init; }

    /// <summary>Reads the JSON text.</summary>
    /// <exception cref="InvalidDataException">Not JSON, or a field of an unknown name or type.</exception>
    public static ModelManifest Parse(Stream json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            ManifestFields.Check(document.RootElement, typeof(ModelManifest), "");
            return document.Deserialize<ModelManifest>(Json)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"model.json: is not JSON: {StrictJson.Place(e)}", e);
        }
    }

    internal sealed record InputSection
    {
        public string? Name { get; init; }

        public string? Layout { get; init; }

        public string? Color { get; init; }

        public int[]? Size { get; init; }

        public string? Fit { get; init; }

        public int? ResizeTo { get; init; }

        public string? Interpolation { get; init; }

        public string? Alpha { get; init; }

        public string? Decode { get; init; }

        public float? Scale { get; init; }

        public float[]? Mean { get; init; }

        public float[]? Std { get; init; }
    }

    internal sealed record OutputSection
    {
        public string? Name { get; init; }

        public string? Activation { get; init; }
    }
}
