using System.Text.Json;

namespace Explain.Engine.Inputs;

/// <summary>Numbers and booleans of a JSON array, flat or nested, in the smallest type that holds them all.</summary>
internal static class JsonValues
{
    // A double holds every whole number up to here.
    private const long Exact = 1L << 53;

    /// <summary>Reads them.</summary>
    /// <param name="json">The array.</param>
    /// <returns>Booleans; whole numbers; or real numbers where one is: booleans among numbers are 0 and 1.</returns>
    /// <exception cref="FormatException">A value is neither; the message says which.</exception>
    public static Array Read(JsonArray json)
    {
        var (count, truths, reals, large) = (0, 0, 0, false);
        var reader = new Utf8JsonReader(json.Text.Span);
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
            return Filled<bool>(json, Truth);
        return reals > 0 ? Filled<double>(json, Real) : Filled<long>(json, Whole);
    }

    private static T[] Filled<T>(JsonArray json, JsonArray.Value<T> read)
    {
        var values = new T[json.Count];
        json.Fill(values.AsSpan(), read);
        return values;
    }

    private static bool Truth(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return true;
    }

    private static bool Real(ref Utf8JsonReader reader, out double value)
    {
        value = reader.TokenType == JsonTokenType.True ? 1 : 0;
        return reader.TokenType != JsonTokenType.Number || reader.TryGetDouble(out value);
    }

    private static bool Whole(ref Utf8JsonReader reader, out long value)
    {
        value = reader.TokenType == JsonTokenType.True ? 1 : 0;
        return reader.TokenType != JsonTokenType.Number || reader.TryGetInt64(out value);
    }
}
