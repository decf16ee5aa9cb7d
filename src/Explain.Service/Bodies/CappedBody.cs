using System.IO.Pipelines;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Bodies;

/// <summary>Reads a request body into memory, never more of it than is allowed.</summary>
internal static class CappedBody
{
    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.PayloadTooLarge"/>: announced or arrived larger.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long limit)
    {
        var cancellation = request.HttpContext.RequestAborted;
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        while (true)
        {
            var read = await NextAsync(request.BodyReader, cancellation);
            if (body.Length + read.Buffer.Length > limit)
                throw TooLarge(limit);
            foreach (var segment in read.Buffer)
                body.Write(segment.Span);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
    }

    // Kestrel says these two of a chunk's length that overflows and of a zero in a trailer, when it comes to them.
    private static async Task<ReadResult> NextAsync(PipeReader body, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(cancellation);
        }
        catch (Exception e) when (e is InvalidOperationException or (IOException and not BadHttpRequestException))
        {
            throw new ExplainException(ExplainError.InvalidRequest, "The body is not framed as HTTP allows.");
        }
    }

    /// <summary>The failure of a body or part that is larger than <paramref name="limit"/>.</summary>
    public static ExplainException TooLarge(long limit) => new(ExplainError.PayloadTooLarge, $"At most {limit} bytes are accepted.");
}
