using System.Text.Json;
using Explain.Engine;
using Explain.Engine.Answers;
using Explain.Service.Images;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Explaining;

/// <summary>Parameters in JSON, without a picture.</summary>
/// <param name="Parameters">The parameters by name; each a string, a number or a boolean.</param>
public sealed record ParametersDocument(Dictionary<string, JsonElement>? Parameters = null);

/// <summary>Reads the parameters of a request that brings no picture: from the query, or from JSON.</summary>
internal static class ParameterRequestReader
{
    private const int MaxBody = 64 * 1024;
    private const string Form = """{"parameters":{…}}""";

    /// <summary>Reads them.</summary>
    /// <exception cref="ExplainException">The body is no such JSON.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> ReadAsync(HttpRequest request)
    {
        var query = request.Query.SelectMany(p => p.Value, (p, value) => KeyValuePair.Create(p.Key, value ?? ""));
        var body = await CappedBody.ReadAsync(request, MaxBody);
        if (body.IsEmpty) return [.. query];
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != "application/json")
            throw new ExplainException(ExplainError.UnsupportedMediaType, $"An estimate needs no picture: give the parameters in the query, or as JSON {Form}.");
        return [.. query, .. Fields(body)];
    }

    private static KeyValuePair<string, string>[] Fields(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonBody.Fields(JsonSerializer.Deserialize<ParametersDocument>(body.Span, Json.Options)?.Parameters ?? []);
        }
        catch (JsonException e)
        {
            throw new ExplainException(ExplainError.InvalidRequest, $"The JSON is not of the form {Form}: see {e.Path ?? "$"}, line {e.LineNumber + 1}.");
        }
    }
}
