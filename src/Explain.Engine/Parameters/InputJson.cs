using System.Text;
using System.Text.Json;
using Explain.Engine.Inputs;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Parameters;

/// <summary>Further inputs in JSON: <c>{"question":{"shape":[1,16],"data":[…]}}</c>.</summary>
public static class InputJson
{
    /// <summary>What is allowed, in words.</summary>
    public const string Allowed = """a JSON object of tensors by name, {"question":{"shape":[1,16],"data":[…]}}""";

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">It is something else; the message says what.</exception>
    public static IReadOnlyDictionary<string, InputTensor> Read(string text)
    {
        try
        {
            return Read(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException e)
        {
            throw new FormatException($"is not JSON (byte {e.BytePositionInLine + 1}); allowed: {Allowed}", e);
        }
    }

    private static Dictionary<string, InputTensor> Read(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            StrictJson.RequireText(json.Span);
            throw new FormatException($"is no object; allowed: {Allowed}");
        }

        var tensors = new Dictionary<string, InputTensor>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            StrictJson.RequireText(ref reader, json.Span);
            var name = reader.GetString()!;
            if (!tensors.TryAdd(name, Tensor(name, ref reader, json)))
                throw new FormatException($"'{Spelling.Shown(name)}' is given twice");
        }
        // What follows the object is no JSON.
        reader.Read();
        return tensors;
    }

    // The numbers may be millions: they are read straight into an array of their own.
    private static InputTensor Tensor(string name, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        var (shape, data) = (default(JsonArray?), default(JsonArray?));
        var known = reader.TokenType == JsonTokenType.StartObject;
        while (known && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isShape, isData) = (reader.ValueTextEquals("shape"u8), reader.ValueTextEquals("data"u8));
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                known = false;
            else if (isShape && shape is null)
                shape = JsonArray.Pass(ref reader, json);
            else if (isData && data is null)
                data = JsonArray.Pass(ref reader, json);
            else
                known = false;
        }

        if (!known || shape is not { } extents || data is not { } values)
            throw new FormatException($"'{Spelling.Shown(name)}' needs a shape and data and nothing else; allowed: {Allowed}");
        try
        {
            return new InputTensor(Shape(name, extents), JsonValues.Read(values));
        }
        catch (FormatException e)
        {
            throw new FormatException(e.Message.StartsWith('\'') ? e.Message : $"'{Spelling.Shown(name)}': {e.Message}", e);
        }
    }

    private static long[] Shape(string name, JsonArray json)
    {
        if (json.Count > InputTensor.MaxRank)
            throw new FormatException($"'{Spelling.Shown(name)}': shape has more than {InputTensor.MaxRank} extents");
        var extents = new long[json.Count];
        var nested = json.Text.Span[1..].Contains((byte)'[');
        return !nested && json.Fill(extents.AsSpan(), Extent) is null
            ? extents
            : throw new FormatException($"'{Spelling.Shown(name)}': shape must be an array of whole numbers, none negative");
    }

    private static bool Extent(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value) && value >= 0;
    }
}
