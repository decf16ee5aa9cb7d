using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Bodies;

/// <summary>An image in JSON.</summary>
/// <param name="Image">The image.</param>
/// <param name="Parameters">The parameters by name; each a string, a number or a boolean; target may be an object or an array.</param>
/// <param name="Inputs">Values for the model's inputs beside the image, by name; each with its shape and its data.</param>
public sealed record ImageDocument(
    [property: Required] ImageContent? Image,
    Dictionary<string, JsonElement>? Parameters = null,
    JsonElement? Inputs = null
);

/// <summary>The bytes of an image.</summary>
/// <param name="B64">The encoded file in base64, in either alphabet, or as a data URL of it.</param>
public sealed record ImageContent([property: Required] string? B64);

/// <summary>Reads an <see cref="ImageDocument"/>.</summary>
internal static class JsonBody
{
    private const string Form = """{"image":{"b64":"…"},"parameters":{…},"inputs":{…}}""";

    /// <summary>Takes the document apart.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.PayloadTooLarge"/>.
    /// </exception>
    public static (ReadOnlyMemory<byte> Image, IEnumerable<KeyValuePair<string, string>> Fields) Read(
        ReadOnlyMemory<byte> body,
        int maxImage
    )
    {
        body = StrictJson.WithoutMark(body);
        var document = Parse(body.Span);
        var image = document?.Image?.B64 ?? throw Invalid($"The JSON has no image; its form is {Form}.");
        if (image.Length > maxImage)
            throw CappedBody.TooLarge(maxImage);
        var inputs = document.Inputs is { } range ? Encoding.UTF8.GetString(body.Span[range]) : null;
        return (image, Fields(document.Parameters ?? [], inputs));
    }

    /// <summary>The parameters of a document as texts.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    public static KeyValuePair<string, string>[] Fields(Dictionary<string, JsonElement> parameters, string? inputs)
    {
        var wrong = parameters
            .Where(p => ParameterText.Of(p.Key, p.Value) is null)
            .ToDictionary(p => p.Key, _ => new[] { ParameterText.Allowed });
        if (wrong.Count > 0)
        {
            throw new ExplainException(
                ExplainError.InvalidParameter,
                string.Join("; ", wrong.Select(e => $"{e.Key}: {ParameterText.Allowed}")),
                wrong
            );
        }

        var fields = parameters.Select(p => KeyValuePair.Create(p.Key, ParameterText.Of(p.Key, p.Value)!));
        return inputs is null ? [.. fields] : [.. fields, KeyValuePair.Create("inputs", inputs)];
    }

    private static Received? Parse(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            throw Invalid("The request has no body.");
        try
        {
            StrictJson.RequireText(body);
            return JsonSerializer.Deserialize<Received>(body, Json.Options);
        }
        catch (JsonException e)
        {
            throw Invalid($"The JSON is not of the form {Form}: see {e.Path ?? "$"}, {StrictJson.Place(e)}.");
        }
    }

    // An ImageDocument whose inputs, which may be millions of numbers, are left where they are.
    private sealed record Received(
        ReceivedImage? Image,
        Dictionary<string, JsonElement>? Parameters = null,
        [property: JsonConverter(typeof(PlaceOfValue))] Range? Inputs = null
    );

    private sealed record ReceivedImage([property: JsonConverter(typeof(Bytes))] byte[]? B64);

    private sealed class Bytes : JsonConverter<byte[]>
    {
        public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Base64Text.Decode(ref reader) ?? throw Invalid("image.b64 is not valid base64.");

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    // Where a value is in the text that is read.
    private sealed class PlaceOfValue : JsonConverter<Range?>
    {
        public override Range? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return start..(int)reader.BytesConsumed;
        }

        public override void Write(Utf8JsonWriter writer, Range? value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
