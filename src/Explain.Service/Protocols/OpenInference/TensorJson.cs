using System.Text.Json;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>The data of a tensor in JSON, flat or nested: one array of UTF-8, known to be JSON.</summary>
internal static class TensorJson
{
    /// <summary>Reads the value that a reader stands on; false when it is none of its kind.</summary>
    public delegate bool Value<T>(ref Utf8JsonReader reader, out T value);

    /// <summary>How many values there are.</summary>
    public static int Count(ReadOnlySpan<byte> json)
    {
        var count = 0;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                count++;
        }
        return count;
    }

    /// <summary>Reads values until there are no more, or no more room.</summary>
    /// <param name="json">The array.</param>
    /// <param name="values">Where they go.</param>
    /// <param name="read">Reads one.</param>
    /// <returns>The number of the first value that is none of its kind; null when all are.</returns>
    public static int? Fill<T>(ReadOnlySpan<byte> json, Span<T> values, Value<T> read)
    {
        var at = 0;
        var reader = new Utf8JsonReader(json);
        while (at < values.Length && reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray)
                continue;
            if (!read(ref reader, out values[at]))
                return at;
            at++;
        }
        return null;
    }
}
