using System.Text.Json;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.Bodies;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Protocols.KServe;

/// <summary>Reads the body of a KServe V1 request: JSON, whatever its type is called, or an image.</summary>
internal sealed class RequestBody(ImageRequestReader images, BodyMemory memory)
{
    private const int MaxBody = 64 * 1024 * 1024;
    private const int MaxInstances = 64;
    private const int BytesPerToken = 16;
    private static readonly string[] Lists = ["instances", "inputs"];
    private static readonly string[] ImageTypes = ["application/octet-stream", "multipart/form-data"];

    /// <summary>Reads what is asked.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model.</param>
    /// <param name="scope">Which parameters there are.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/>, <see cref="ExplainError.InvalidParameter"/> or
    /// <see cref="ExplainError.PayloadTooLarge"/>.
    /// </exception>
    public async Task<IReadOnlyList<Instance>> ReadAsync(HttpRequest request, ModelDescription model, ParameterScope scope)
    {
        if (IsImage(request.ContentType))
        {
            var image = await images.ReadAsync(request);
            return [new Instance(image.Image, null, ParameterTable.Parse(scope, image.Parameters))];
        }
        var query = GivenFields.Of(request.Query);
        var root = Parse(await CappedBody.ReadAsync(request, MaxBody), memory.For(request));
        var lists = root.EnumerateObject().Where(p => Lists.Contains(p.Name)).ToArray();
        if (lists.Length != 1 || lists[0].Value.ValueKind != JsonValueKind.Array)
            throw Invalid("Expected \"instances\" (or \"inputs\") to be a list");
        if (lists[0].Value.GetArrayLength() is 0 or > MaxInstances)
            throw Invalid($"\"{lists[0].Name}\" has {lists[0].Value.GetArrayLength()} entries; allowed: 1 to {MaxInstances}");
        if (
            root.EnumerateObject()
                .Select(p => p.Name)
                .FirstOrDefault(name => !Lists.Contains(name) && name is not ("parameters" or "signature_name")) is
            { } unknown
        )
        {
            throw Invalid($"the request has no member \"{unknown}\"; known: instances, inputs, parameters");
        }

        var shared = root.TryGetProperty("parameters", out var given) ? Shared(given) : [];
        KeyValuePair<string, string>[] all = [.. query, .. shared];
        return [.. lists[0].Value.EnumerateArray().Select((instance, n) => Instances.Read(instance, n, model, scope, all))];
    }

    /// <summary>Parameters as texts.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    public static KeyValuePair<string, string>[] Parameters(IEnumerable<KeyValuePair<string, JsonElement>> members) =>
        JsonBody.Fields(members.ToDictionary(), null);

    private static KeyValuePair<string, string>[] Shared(JsonElement parameters) =>
        parameters.ValueKind == JsonValueKind.Object
            ? Parameters(parameters.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value)))
            : throw Invalid("\"parameters\" must be an object");

    private static bool IsImage(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (
            type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
            || ImageTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
        );

    // A number of two letters takes six times their memory in a document: it is counted before it is taken.
    private static JsonElement Parse(ReadOnlyMemory<byte> body, BodyMemory.Share share)
    {
        if (body.IsEmpty)
            throw Invalid("the request has no body");
        try
        {
            body = StrictJson.WithoutMark(body);
            share.Grow((long)BytesPerToken * StrictJson.RequireText(body.Span));
            return StrictJson.ParseText(body).RootElement is { ValueKind: JsonValueKind.Object } root
                ? root
                : throw Invalid("the body must be a JSON object with \"instances\"");
        }
        catch (JsonException e)
        {
            throw Invalid($"the body is not JSON: {StrictJson.Place(e)}");
        }
    }

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
