using System.Text.Json;

namespace Explain.Engine.Inputs;

/// <summary>Numbers and booleans of a JSON array, flat or nested, in the smallest type that holds them all.</summary>
internal static class JsonValues
{
    // A double holds every whole number up to here.
    private const long Exact = 1L << 53;

    /// <summary>Reads them.</summary>
    /// <param name="json">One array, UTF-8, known to be JSON.</param>
    /// <returns>Booleans; whole numbers; or real numbers where one is: booleans among numbers are 0 and 1.</returns>
    /// <exception cref="FormatException">A value is neither; the message says which.</exception>
    public static Array Read(ReadOnlySpan<byte> json)
    {
        var (count, truths, reals, large) = (0, 0, 0, false);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.EndArray:
                    continue;
                case JsonTokenType.True or JsonTokenType.False:
                    truths++;
                    break;
                case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                    large |= whole is > Exact or < -Exact;
                    break;
                case JsonTokenType.Number when reader.TryGetDouble(out var real) && double.IsFinite(real):
                    reals++;
                    break;
                default:
                    throw new FormatException($"value {count} of data is no number and no boolean");
            }
            count++;
        }

        if (reals > 0 && large)
            throw new FormatException($"data holds fractions beside whole numbers beyond {Exact}");
        if (truths == count && count > 0)
            return Fill(json, new bool[count], (ref Utf8JsonReader r) => r.TokenType == JsonTokenType.True);
        return reals > 0
            ? Fill(json, new double[count], (ref Utf8JsonReader r) => r.TokenType == JsonTokenType.Number ? r.GetDouble() : Truth(ref r))
            : Fill(json, new long[count], (ref Utf8JsonReader r) => r.TokenType == JsonTokenType.Number ? r.GetInt64() : Truth(ref r));
    }

    private delegate T Value<out T>(ref Utf8JsonReader reader);

    private static int Truth(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.True ? 1 : 0;

    private static T[] Fill<T>(ReadOnlySpan<byte> json, T[] values, Value<T> read)
    {
        var at = 0;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                values[at++] = read(ref reader);
        }
        return values;
    }
}
