using System.Buffers;
using System.Net.Mime;
using System.Text;
using Explain.Service.Limits;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Explaining;

/// <summary>Events to one caller, each sent when it is written. The answer begins with the first.</summary>
/// <param name="http">The request.</param>
/// <param name="sending">Where what is under way is counted.</param>
internal sealed class EventStream(HttpContext http, SendingMemory sending)
{
    private long _held;

    /// <summary>Writes an event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="data">Its data, JSON on one line.</param>
    /// <param name="cancellation">Ends the wait for a caller who reads slowly.</param>
    public Task WriteAsync(string name, ReadOnlySpan<byte> data, CancellationToken cancellation)
    {
        Begin();
        Hold(data.Length);
        var writer = http.Response.BodyWriter;
        writer.Write(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));
        writer.Write(data);
        writer.Write("\n\n"u8);
        return writer.FlushAsync(cancellation).AsTask();
    }

    /// <summary>Writes a line that says nothing, so that proxies keep the connection open.</summary>
    public Task BeatAsync(CancellationToken cancellation)
    {
        Begin();
        http.Response.BodyWriter.Write(":\n\n"u8);
        return http.Response.BodyWriter.FlushAsync(cancellation).AsTask();
    }

    private void Begin()
    {
        var response = http.Response;
        if (response.HasStarted)
            return;
        AnswerHeaders.SetCommon(response);
        response.ContentType = MediaTypeNames.Text.EventStream;
        response.Headers.CacheControl = "no-store";
        // For nginx.
        response.Headers["X-Accel-Buffering"] = "no";
        http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    // One event is under way at a time: the largest counts.
    private void Hold(long bytes)
    {
        if (bytes <= _held)
            return;
        sending.Hold(http, bytes - _held);
        _held = bytes;
    }
}
