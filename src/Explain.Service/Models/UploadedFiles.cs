using System.Text.RegularExpressions;
using Explain.Engine.Vocabulary;
using Explain.Service.Bodies;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Models;

/// <summary>
/// Writes the files of a model that is sent into a folder, as they come: a raw body is <c>model.onnx</c>; a form has the parts
/// <c>model</c>, <c>labels</c>, <c>settings</c>, and files of weights by their own names.
/// </summary>
/// <param name="folder">The folder, empty.</param>
/// <param name="limit">The most bytes of all files together.</param>
internal sealed partial class UploadedFiles(string folder, long limit)
{
    private const int MaxParts = 64;
    private const int Block = 1 << 16;
    private const string Model = "model.onnx";

    // csharpier-ignore
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["model"] = Model, ["labels"] = "labels.txt", ["settings"] = "model.json",
    };

    private long _bytes;

    /// <summary>Whether a file or a model may be called so: a name of its own, which leads nowhere.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Writes them.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.InvalidRequest"/>, <see cref="ExplainError.PayloadTooLarge"/> or
    /// <see cref="ExplainError.UnsupportedMediaType"/>; <see cref="ExplainError.Overloaded"/> where the disk is full.
    /// </exception>
    public async Task WriteAsync(HttpRequest request)
    {
        if (request.ContentLength > limit)
            throw CappedBody.TooLarge(limit);
        var cancellation = request.HttpContext.RequestAborted;
        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        if (type?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true)
            await WriteFormAsync(request.Body, HeaderUtilities.RemoveQuotes(type.Boundary).Value, cancellation);
        else if (type is null || type.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
            await WriteAsync(Model, request.Body, cancellation);
        else
            throw new ExplainException(ExplainError.UnsupportedMediaType, $"A body of type {type.MediaType} is not accepted; {HowTo}.");
        if (new FileInfo(Path.Combine(folder, Model)) is not { Exists: true, Length: > 0 })
            throw Invalid($"There is no model in the body, or it is empty; {HowTo}.");
    }

    private async Task WriteFormAsync(Stream body, string? boundary, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(boundary))
            throw Invalid("The multipart boundary is missing.");
        var reader = new MultipartReader(boundary, body);
        for (var count = 1; await GuardedAsync(() => reader.ReadNextSectionAsync(cancellation)) is { } part; count++)
        {
            if (count > MaxParts)
                throw Invalid($"The form has more than {MaxParts} parts.");
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
                throw Invalid("A part of the form has no name.");
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            // Weights are found by the name that the graph has for them.
            var file = Parts.TryGetValue(name, out var known) ? known : HeaderUtilities.RemoveQuotes(disposition.FileName).Value ?? "";
            if (!IsName(file) || (known is null && Parts.ContainsValue(file)))
                throw Invalid($"The part '{Spelling.Shown(name)}' is no file that may be called '{Spelling.Shown(file)}'; {HowTo}.");
            await WriteAsync(file, part.Body, cancellation);
        }
    }

    private async Task WriteAsync(string file, Stream content, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, file);
        if (File.Exists(path))
            throw Invalid($"The form has '{file}' twice.");
        await using var written = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        var block = new byte[Block];
        while (await GuardedAsync(() => content.ReadAsync(block, cancellation).AsTask()) is > 0 and var read)
        {
            if ((_bytes += read) > limit)
                throw CappedBody.TooLarge(limit);
            try
            {
                await written.WriteAsync(block.AsMemory(0, read), cancellation);
            }
            catch (IOException)
            {
                throw new ExplainException(ExplainError.Overloaded, "There is no room for the model on the disk.");
            }
        }
    }

    // The framework says what is wrong with a body by these.
    private static async Task<T> GuardedAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw Invalid("The body is cut short or malformed.");
        }
    }

    private const string HowTo =
        "send the .onnx file as the body, or a form with the file as 'model', perhaps 'labels' (labels.txt), 'settings' (model.json) and "
        + "files of weights, called as the graph calls them, in letters, digits, '.', '_' and '-'";

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
