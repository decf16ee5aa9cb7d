using Explain.Engine.Vocabulary;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Bodies;

/// <summary>Takes an image out of a request: a raw body, a multipart form or JSON.</summary>
/// <remarks>
/// Everything stays in memory and is counted while it arrives: the framework's form reader would write larger parts to temporary files.
/// </remarks>
internal sealed class ImageRequestReader(EngineOptions options)
{
    private const string HowTo =
        "send the image as multipart (curl -F image=@FILE), as a raw body with Content-Type image/* or application/octet-stream, or as "
        + "JSON";

    // Room for the parts of a form or a JSON document that are not the image.
    private const int Envelope = 64 * 1024;

    /// <summary>Reads the body and the query.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/>, <see cref="ExplainError.UnsupportedMediaType"/> or
    /// <see cref="ExplainError.PayloadTooLarge"/>.
    /// </exception>
    public Task<ImageRequest> ReadAsync(HttpRequest request) => ReadAsync(request, BodyKind.Other);

    /// <summary>Reads the body and the query of a caller who may not say what the body is: then it is an image.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/>, <see cref="ExplainError.UnsupportedMediaType"/> or
    /// <see cref="ExplainError.PayloadTooLarge"/>.
    /// </exception>
    public Task<ImageRequest> ReadBareAsync(HttpRequest request) => ReadAsync(request, BodyKind.Raw);

    private async Task<ImageRequest> ReadAsync(HttpRequest request, BodyKind unsaid)
    {
        var (image, fields) = await ReadBodyAsync(request, unsaid);
        if (image.IsEmpty)
            throw new ExplainException(ExplainError.InvalidRequest, $"The image is empty (0 bytes); {HowTo}.");
        var query = GivenFields.Of(request.Query);
        return new ImageRequest(image, [.. query, .. fields]);
    }

    private async Task<(ReadOnlyMemory<byte> Image, IEnumerable<KeyValuePair<string, string>> Fields)> ReadBodyAsync(
        HttpRequest request,
        BodyKind unsaid
    )
    {
        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        var limit = options.MaxImageBytes;
        // Base64 writes 4 characters for 3 bytes; a target may hold a second image.
        var written = limit / 3 * 4L + Envelope;
        switch (Kind(type) is BodyKind.Other && IsUnsaid(type) ? unsaid : Kind(type))
        {
            case BodyKind.Raw:
                return (await CappedBody.ReadAsync(request, limit), []);
            case BodyKind.Multipart:
                return await MultipartBody.ReadAsync(
                    await CappedBody.ReadAsync(request, limit + written),
                    type!,
                    limit,
                    written,
                    request.HttpContext.RequestAborted
                );
            case BodyKind.Json:
                return JsonBody.Read(await CappedBody.ReadAsync(request, 2 * written), limit);
            default:
                if (request.ContentLength == 0 || (request.ContentLength is null && request.ContentType is null && !HasBody(request)))
                    throw new ExplainException(ExplainError.InvalidRequest, $"The request has no body; {HowTo}.");
                throw Unsupported(
                    type is null
                        ? $"The request has no Content-Type; {HowTo}."
                        : $"A body of type {type.MediaType} is not accepted; {HowTo}."
                );
        }
    }

    private static BodyKind Kind(MediaTypeHeaderValue? type) =>
        type switch
        {
            null => BodyKind.Other,
            _ when type.Type.Equals("image", StringComparison.OrdinalIgnoreCase) => BodyKind.Raw,
            _ when type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase) => BodyKind.Raw,
            _ when type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) => BodyKind.Multipart,
            _ when type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) => BodyKind.Json,
            _ => BodyKind.Other,
        };

    // curl says this of every body that it is not told about.
    private static bool IsUnsaid(MediaTypeHeaderValue? type) =>
        type is null || type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static bool HasBody(HttpRequest request) =>
        request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    private static ExplainException Unsupported(string message) => new(ExplainError.UnsupportedMediaType, message);

    private enum BodyKind
    {
        Other,
        Raw,
        Multipart,
        Json,
    }
}
