using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Explain.Engine.Vocabulary;

/// <summary>Reads JSON that strangers wrote: no member twice, and every string is text.</summary>
/// <remarks>The framework takes half a surrogate pair and bytes that are no UTF-8 for JSON, and fails when such a string is read, with an
/// exception that is no <see cref="JsonException"/>.</remarks>
public static class StrictJson
{
    private const int UsualDepth = 64;

    /// <summary>The text behind the mark that some programs put before UTF-8.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;

    /// <summary>Where a text ceases to be JSON, in words.</summary>
    public static string Place(JsonException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        // Of a member that is there twice the framework says no place.
        return error.LineNumber is { } line
            ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {error.BytePositionInLine + 1}")
            : "a member is there twice";
    }

    /// <summary>Parses a document.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="maxDepth">How deep it may be nested.</param>
    /// <exception cref="JsonException">It is none, or one of its strings is no text.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, int maxDepth = UsualDepth)
    {
        RequireText(json.Span, maxDepth);
        return ParseText(json, maxDepth);
    }

    /// <summary>Parses a document whose strings are known to be text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="maxDepth">How deep it may be nested.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static JsonDocument ParseText(ReadOnlyMemory<byte> json, int maxDepth = UsualDepth) =>
        JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth });

    /// <summary>Parses a document.</summary>
    /// <param name="json">The text.</param>
    /// <param name="maxDepth">How deep it may be nested.</param>
    /// <exception cref="JsonException">It is none, or one of its strings is no text.</exception>
    public static JsonDocument Parse(string json, int maxDepth = UsualDepth) => Parse(Encoding.UTF8.GetBytes(json), maxDepth);

    /// <summary>Whether a text begins as an object or an array, rather than being an expression of its own.</summary>
    public static bool IsObjectOrArray(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    /// <summary>Checks that every string and every name is text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="maxDepth">How deep it may be nested.</param>
    /// <returns>How many names, values and brackets there are: a document takes memory for each.</returns>
    /// <exception cref="JsonException">One is not, or it is no JSON at all.</exception>
    public static int RequireText(ReadOnlySpan<byte> json, int maxDepth = UsualDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        var tokens = 0;
        for (; reader.Read(); tokens++)
            RequireText(ref reader, json);
        return tokens;
    }

    /// <summary>Checks that the string or the name that a reader stands on is text; any other token is.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="json">What it reads, from the beginning.</param>
    /// <exception cref="JsonException">It is not.</exception>
    public static void RequireText(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (
            reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)
            || (!reader.ValueIsEscaped && Ascii.IsValid(reader.ValueSpan))
        )
        {
            return;
        }

        try
        {
            reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            var before = json[..(int)reader.TokenStartIndex];
            throw new JsonException(
                "A string is no text.",
                null,
                before.Count((byte)'\n'),
                before.Length - (before.LastIndexOf((byte)'\n') + 1),
                e
            );
        }
    }
}
