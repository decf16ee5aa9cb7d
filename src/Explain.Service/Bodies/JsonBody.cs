using System.ComponentModel.DataAnnotations;
using System.Text.Json;
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
/// <param name="B64">The encoded file in base64.</param>
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
        var document = Parse(body);
        var base64 = document?.Image?.B64 ?? throw Invalid($"The JSON has no image; its form is {Form}.");
        var image = new byte[base64.Length / 4 * 3L + 3];
        if (!Convert.TryFromBase64String(base64, image, out var length))
            throw Invalid("image.b64 is not valid base64.");
        if (length > maxImage)
            throw CappedBody.TooLarge(maxImage);
        return (image.AsMemory(0, length), Fields(document.Parameters ?? [], document.Inputs));
    }

    /// <summary>The parameters of a document as texts.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    public static KeyValuePair<string, string>[] Fields(Dictionary<string, JsonElement> parameters, JsonElement? inputs)
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
        return inputs is { } given ? [.. fields, KeyValuePair.Create("inputs", given.GetRawText())] : [.. fields];
    }

    private static ImageDocument? Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            throw Invalid("The request has no body.");
        try
        {
            StrictJson.RequireText(body.Span);
            return JsonSerializer.Deserialize<ImageDocument>(body.Span, Json.Options);
        }
        catch (JsonException e)
        {
            throw Invalid($"The JSON is not of the form {Form}: see {e.Path ?? "$"}, line {e.LineNumber + 1}.");
        }
    }

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
