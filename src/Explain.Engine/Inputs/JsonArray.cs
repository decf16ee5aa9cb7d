using System.Text.Json;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Inputs;

/// <summary>The numbers of a tensor in JSON, flat or nested, before they are read into an array of their type.</summary>
/// <param name="Text">One array, UTF-8, known to be JSON.</param>
/// <param name="Count">How many values it holds.</param>
public readonly record struct JsonArray(ReadOnlyMemory<byte> Text, int Count)
{
    /// <summary>Reads the value that a reader stands on; false when it is none of its kind.</summary>
    public delegate bool Value<T>(ref Utf8JsonReader reader, out T value);

    /// <summary>Passes over the array that a reader stands on, to its end.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="json">What it reads, from the beginning.</param>
    /// <exception cref="JsonException">It is no JSON, or one of its strings is no text.</exception>
    public static JsonArray Pass(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var (start, depth, count) = ((int)reader.TokenStartIndex, reader.CurrentDepth, 0);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            StrictJson.RequireText(ref reader, json.Span);
            if (IsValue(reader.TokenType))
                count++;
        }
        return new JsonArray(json[start..(int)reader.BytesConsumed], count);
    }

    /// <summary>Reads values until there are no more, or no more room.</summary>
    /// <param name="values">Where they go.</param>
    /// <param name="read">Reads one.</param>
    /// <returns>The number of the first value that is none of its kind; null when all are.</returns>
    public int? Fill<T>(Span<T> values, Value<T> read)
    {
        var at = 0;
        var reader = new Utf8JsonReader(Text.Span);
        while (at < values.Length && reader.Read())
        {
            if (!IsValue(reader.TokenType))
                continue;
            if (!read(ref reader, out values[at]))
                return at;
            at++;
        }
        return null;
    }

    private static bool IsValue(JsonTokenType token) => token is not (JsonTokenType.StartArray or JsonTokenType.EndArray);
}
