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

    private const int MaxRank = 16;

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">It is something else; the message says what.</exception>
    public static IReadOnlyDictionary<string, InputTensor> Read(string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        try
        {
            StrictJson.RequireText(json);
        }
        catch (JsonException e)
        {
            throw new FormatException($"is not JSON (byte {e.BytePositionInLine + 1}); allowed: {Allowed}", e);
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"is no object; allowed: {Allowed}");
        var tensors = new Dictionary<string, InputTensor>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!tensors.TryAdd(name, Tensor(name, ref reader, json)))
                throw new FormatException($"'{Spelling.Shown(name)}' is given twice");
        }
        return tensors;
    }

    // The numbers may be millions: they are read straight into an array of their own.
    private static InputTensor Tensor(string name, ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        var (shape, data) = (default(Range?), default(Range?));
        var known = reader.TokenType == JsonTokenType.StartObject;
        while (known && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isShape, isData) = (reader.ValueTextEquals("shape"u8), reader.ValueTextEquals("data"u8));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isArray = reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
            var value = start..(int)reader.BytesConsumed;
            if (isShape && shape is null)
                shape = value;
            else if (isData && isArray && data is null)
                data = value;
            else
                known = false;
        }

        if (!known || shape is not { } extents || data is not { } values)
            throw new FormatException($"'{Spelling.Shown(name)}' needs a shape and data and nothing else; allowed: {Allowed}");
        try
        {
            return new InputTensor(Shape(name, json[extents]), JsonValues.Read(json[values]));
        }
        catch (FormatException e)
        {
            throw new FormatException(e.Message.StartsWith('\'') ? e.Message : $"'{Spelling.Shown(name)}': {e.Message}", e);
        }
    }

    private static long[] Shape(string name, ReadOnlySpan<byte> json)
    {
        var extents = new List<long>();
        var reader = new Utf8JsonReader(json);
        var isArray = reader.Read() && reader.TokenType == JsonTokenType.StartArray;
        while (isArray && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var extent) && extent >= 0)
        {
            if (extents.Count == MaxRank)
                throw new FormatException($"'{Spelling.Shown(name)}': shape has more than {MaxRank} extents");
            extents.Add(extent);
        }

        if (!isArray || reader.TokenType != JsonTokenType.EndArray)
            throw new FormatException($"'{Spelling.Shown(name)}': shape must be an array of whole numbers, none negative");
        return [.. extents];
    }
}
