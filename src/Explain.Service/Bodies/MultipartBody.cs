using System.Runtime.InteropServices;
using System.Text;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Bodies;

/// <summary>A multipart form: one part is the image, every other one a parameter.</summary>
internal static class MultipartBody
{
    private const int MaxBoundary = 128;
    private const int MaxParts = 64;
    private const int MaxField = 4096;
    private static readonly string[] ImageNames = ["image", "file", "data"];
    private static readonly string HowTo =
        $"name the part of the image {string.Join(", ", ImageNames[..^1])} or {ImageNames[^1]}, and those of parameters like them";

    /// <summary>Takes the form apart.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/> or <see cref="ExplainError.PayloadTooLarge"/>.
    /// </exception>
    public static async Task<(ReadOnlyMemory<byte> Image, IEnumerable<KeyValuePair<string, string>> Fields)> ReadAsync(
        ReadOnlyMemory<byte> body,
        MediaTypeHeaderValue type,
        int maxImage,
        long maxJson,
        CancellationToken cancellation
    )
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundary)
            throw Invalid($"The multipart boundary is missing or longer than {MaxBoundary} characters.");
        if (body.IsEmpty)
            throw Invalid("The request has no body.");
        ReadOnlyMemory<byte>? image = null;
        var fields = new List<KeyValuePair<string, string>>();
        await foreach (var (name, isFile, content) in PartsAsync(body, boundary, cancellation))
        {
            if (!ImageNames.Contains(name, StringComparer.Ordinal))
            {
                if (isFile && ParameterTable.All.All(p => p.Name != name))
                    throw Invalid($"The form has a file called '{Spelling.Shown(name)}'; {HowTo}.");
                fields.Add(
                    KeyValuePair.Create(
                        name,
                        Text(name, content, ParameterTable.All.Any(p => p.Name == name && p.TakesJson) ? maxJson : MaxField)
                    )
                );
            }
            else if (image is not null)
            {
                throw Invalid("The form has more than one image; send one request for each.");
            }
            else
            {
                image = content.Length <= maxImage ? content : throw CappedBody.TooLarge(maxImage);
            }
        }
        return (image ?? throw Invalid($"The form has no image: {HowTo}."), GivenFields.Said(fields));
    }

    private static async IAsyncEnumerable<(string Name, bool IsFile, byte[] Content)> PartsAsync(
        ReadOnlyMemory<byte> body,
        string boundary,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        _ = MemoryMarshal.TryGetArray(body, out var bytes);
        var reader = new MultipartReader(boundary, new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false));
        for (var count = 1; await NextAsync(reader, cancellation) is { } part; count++)
        {
            if (count > MaxParts)
                throw Invalid($"The form has more than {MaxParts} parts.");
            var name = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
                ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
                : null;
            if (string.IsNullOrEmpty(name))
                throw Invalid("A part of the form has no name.");
            using var content = new MemoryStream();
            await Guarded(() => part.Body.CopyToAsync(content, cancellation));
            yield return (name, disposition!.IsFileDisposition(), content.ToArray());
        }
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellation)
    {
        MultipartSection? section = null;
        await Guarded(async () => section = await reader.ReadNextSectionAsync(cancellation));
        return section;
    }

    // The framework's reader says what is wrong with a form by these two.
    private static async Task Guarded(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Invalid("The multipart form is cut short or malformed.");
        }
    }

    private static string Text(string name, byte[] content, long most) =>
        content.Length <= most
            ? Encoding.UTF8.GetString(content)
            : throw Invalid($"The field '{(name.Length <= 60 ? name : name[..60])}' is longer than {most} bytes.");

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
