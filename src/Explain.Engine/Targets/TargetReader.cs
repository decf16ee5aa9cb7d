using System.Text.Json;
using Explain.Engine.Targets.Outputs;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets;

/// <summary>One entry of a target list.</summary>
/// <param name="Classes">An expression for classes, or null.</param>
/// <param name="Output">What else it is, or null.</param>
internal readonly record struct AskedTarget(string? Classes, OutputTarget? Output);

/// <summary>Reads the target parameter: an expression for classes, a JSON object for another scalar, or a JSON array of both.</summary>
internal static class TargetReader
{
    private const int MaxDepth = 16;

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">The JSON is of another form; the message continues "target: ".</exception>
    public static IReadOnlyList<AskedTarget> Read(string text, ImageReader images)
    {
        if (!StrictJson.IsObjectOrArray(text))
            return [new AskedTarget(text, null)];
        try
        {
            using var document = StrictJson.Parse(text, MaxDepth);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return [Entry(document.RootElement, images)];
            return document.RootElement.GetArrayLength() > 0
                ? [.. document.RootElement.EnumerateArray().Select(e => Entry(e, images))]
                : throw new FormatException("is an empty array");
        }
        catch (JsonException e)
        {
            throw new FormatException(
                $"is not JSON, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; allowed: {{\"output\":…}}, or an array "
                    + "of such objects and classes",
                e
            );
        }
    }

    private static AskedTarget Entry(JsonElement element, ImageReader images) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => new AskedTarget(null, OutputTarget.Read(element, images)),
            JsonValueKind.Number => new AskedTarget(element.GetRawText(), null),
            JsonValueKind.String => new AskedTarget(element.GetString(), null),
            _ => throw new FormatException($"holds {Spelling.Shown(element.GetRawText())}; allowed: class indices, labels, and objects"),
        };
}
