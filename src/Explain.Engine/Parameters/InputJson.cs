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
            using var document = StrictJson.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException($"is no object; allowed: {Allowed}");
            return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Tensor(p.Name, p.Value));
        }
        catch (JsonException e)
        {
            throw new FormatException($"is not JSON (byte {e.BytePositionInLine + 1}); allowed: {Allowed}", e);
        }
    }

    private static InputTensor Tensor(string name, JsonElement tensor)
    {
        var members = tensor.ValueKind == JsonValueKind.Object ? tensor.EnumerateObject().ToDictionary(p => p.Name, p => p.Value) : [];
        if (
            members.Count != 2
            || !members.TryGetValue("shape", out var shape)
            || !members.TryGetValue("data", out var data)
            || data.ValueKind != JsonValueKind.Array
        )
        {
            throw new FormatException($"'{Spelling.Shown(name)}' needs a shape and data and nothing else; allowed: {Allowed}");
        }

        var values = new List<object>();
        Collect(name, data, values);
        return new InputTensor(
            Shape(name, shape),
            values.TrueForAll(v => v is long) ? values.ConvertAll(v => (long)v).ToArray() : values.ToArray()
        );
    }

    private static long[] Shape(string name, JsonElement shape) =>
        shape.ValueKind == JsonValueKind.Array
        && shape.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var extent) && extent >= 0)
            ? [.. shape.EnumerateArray().Select(e => e.GetInt64())]
            : throw new FormatException($"'{Spelling.Shown(name)}': shape must be an array of whole numbers, none negative");

    private static void Collect(string name, JsonElement data, List<object> values)
    {
        foreach (var item in data.EnumerateArray())
        {
            switch (item.ValueKind)
            {
                case JsonValueKind.Array:
                    Collect(name, item, values);
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    values.Add(item.GetBoolean());
                    break;
                case JsonValueKind.Number when item.TryGetInt64(out var whole):
                    values.Add(whole);
                    break;
                case JsonValueKind.Number when item.TryGetDouble(out var real) && double.IsFinite(real):
                    values.Add(real);
                    break;
                default:
                    throw new FormatException($"'{Spelling.Shown(name)}': value {values.Count} of data is no number and no boolean");
            }
        }
    }
}
