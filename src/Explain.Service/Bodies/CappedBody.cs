using System.Buffers;
using System.IO.Pipelines;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Bodies;

/// <summary>Reads a request body into memory, never more of it than is allowed.</summary>
internal static class CappedBody
{
    // What is announced may never come: memory is taken for what has.
    private const int FirstBytes = 16 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.PayloadTooLarge"/>: announced or arrived larger. <see cref="ExplainError.Overloaded"/>: the bodies of all
    /// requests take all memory that there is for them.
    /// </exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long limit)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            throw Encoded(request);
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        var (source, cancellation) = (request.BodyReader, request.HttpContext.RequestAborted);
        var share = request.HttpContext.RequestServices.GetRequiredService<BodyMemory>().For(request);
        var (body, length, announced) = (Array.Empty<byte>(), 0, request.ContentLength ?? limit);
        while (true)
        {
            var read = await NextAsync(source, cancellation);
            try
            {
                var needed = length + read.Buffer.Length;
                if (needed > limit)
                    throw TooLarge(limit);
                if (needed > body.Length)
                {
                    // A body that came compressed is larger than what was announced.
                    var most = needed <= announced ? announced : limit;
                    var larger = (int)Math.Max(needed, Math.Min(most, Math.Max(2L * body.Length, FirstBytes)));
                    share.Grow(larger - body.Length);
                    Array.Resize(ref body, larger);
                }
                read.Buffer.CopyTo(body.AsSpan(length));
                length = (int)needed;
            }
            finally
            {
                // Also where it is refused: the server reads on until the caller has heard so.
                source.AdvanceTo(read.Buffer.End);
            }
            if (read.IsCompleted)
                return body.AsMemory(0, length);
        }
    }

    // What could be decoded has been, and is not marked any more.
    private static ExplainException Encoded(HttpRequest request) =>
        new(
            ExplainError.UnsupportedMediaType,
            $"Content-Encoding {Spelling.Shown(request.Headers.ContentEncoding.ToString())} is not accepted; allowed: "
                + "gzip, deflate or br, one of them, or none."
        );

    // Kestrel says these two of a chunk's length that overflows and of a zero in a trailer, when it comes to them.
    private static async Task<ReadResult> NextAsync(PipeReader body, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(cancellation);
        }
        catch (InvalidDataException)
        {
            throw new ExplainException(ExplainError.InvalidRequest, "The body is not what its Content-Encoding says.");
        }
        catch (Exception e) when (e is InvalidOperationException or (IOException and not BadHttpRequestException))
        {
            throw new ExplainException(ExplainError.InvalidRequest, "The body is not framed as HTTP allows.");
        }
    }

    /// <summary>The failure of a body or part that is larger than <paramref name="limit"/>.</summary>
    public static ExplainException TooLarge(long limit) => new(ExplainError.PayloadTooLarge, $"At most {limit} bytes are accepted.");
}
