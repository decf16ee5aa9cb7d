using System.Text.Json;
using Explain.Engine.Vocabulary;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Bodies;

/// <summary>Parameters in JSON, without an image.</summary>
/// <param name="Parameters">The parameters by name; each a string, a number or a boolean; target may be an object or an array.</param>
/// <param name="Inputs">Values for the model's inputs beside the image, by name; each with its shape and its data.</param>
public sealed record ParametersDocument(Dictionary<string, JsonElement>? Parameters = null, JsonElement? Inputs = null);

/// <summary>Reads the parameters of a request that brings no image: from the query, or from JSON.</summary>
internal static class ParameterRequestReader
{
    // Room for all parameters but images.
    private const int Envelope = 64 * 1024;
    private const string Form = """{"parameters":{…},"inputs":{…}}""";

    /// <summary>Reads them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxImage">The largest image that a target may hold, in bytes.</param>
    /// <exception cref="ExplainException">The body is no such JSON, or too large.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> ReadAsync(HttpRequest request, int maxImage)
    {
        var query = GivenFields.Of(request.Query);
        var body = await CappedBody.ReadAsync(request, maxImage / 3 * 4L + Envelope);
        if (body.IsEmpty)
            return [.. query];
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != "application/json")
        {
            throw new ExplainException(
                ExplainError.UnsupportedMediaType,
                $"An estimate needs no image: give the parameters in the query, or as JSON {Form}."
            );
        }

        return [.. query, .. Fields(StrictJson.WithoutMark(body))];
    }

    private static KeyValuePair<string, string>[] Fields(ReadOnlyMemory<byte> body)
    {
        try
        {
            StrictJson.RequireText(body.Span);
            var document = JsonSerializer.Deserialize<ParametersDocument>(body.Span, Json.Options);
            return JsonBody.Fields(document?.Parameters ?? [], document?.Inputs?.GetRawText());
        }
        catch (JsonException e)
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"The JSON is not of the form {Form}: see {e.Path ?? "$"}, {StrictJson.Place(e)}."
            );
        }
    }
}
