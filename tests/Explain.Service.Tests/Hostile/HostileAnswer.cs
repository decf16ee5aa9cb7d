using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Explain.Service.Tests.Hostile;

/// <summary>What came back.</summary>
/// <param name="Status">HTTP status; 0 when the connection was closed without an answer.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">The body.</param>
/// <param name="Whole">Whether the body is as long as announced.</param>
internal sealed record HostileAnswer(int Status, string Head, byte[] Body, bool Whole)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Announced = TimeSpan.FromMilliseconds(100);

    public string? this[string header] =>
        Head.Split("\r\n")
            .Skip(1)
            .Select(line => line.Split(':', 2))
            .Where(h => h[0].Equals(header, StringComparison.OrdinalIgnoreCase))
            .Select(h => h[1].Trim())
            .FirstOrDefault();

    /// <summary>Sends a request on a connection of its own and reads until the service closes it.</summary>
    /// <exception cref="TimeoutException">It does neither answer nor close.</exception>
    public static async Task<HostileAnswer> SendAsync(Uri address, HostileRequest request)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var answer = new MemoryStream();
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, patience.Token);
            var receiving = ReceiveAsync(socket, answer, patience.Token);
            await SendAsync(socket, request, receiving, patience.Token);
            await receiving;
        }
        catch (SocketException)
        {
            // The service need not read all that is sent to it.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"neither an answer nor an end within {Patience.TotalSeconds} s");
        }
        return Parse(answer.ToArray(), request.Verb == "HEAD");
    }

    private static async Task SendAsync(Socket socket, HostileRequest request, Task answered, CancellationToken cancellation)
    {
        try
        {
            for (ReadOnlyMemory<byte> left = request.ToBytes(); left.Length > 0; )
                left = left[await socket.SendAsync(left, cancellation)..];
            if (!request.Leaves)
                return;
            // What is announced and never comes must not be waited for.
            await Task.WhenAny(answered, Task.Delay(Announced, cancellation));
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It has answered already.
        }
    }

    private static async Task ReceiveAsync(Socket socket, MemoryStream answer, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await socket.ReceiveAsync(buffer, cancellation)) > 0; )
            answer.Write(buffer, 0, read);
    }

    private static HostileAnswer Parse(byte[] bytes, bool bodiless)
    {
        while (true)
        {
            var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
            var head = end < 0 ? "" : Encoding.Latin1.GetString(bytes, 0, end);
            if (
                !head.StartsWith("HTTP/1.", StringComparison.Ordinal)
                || !int.TryParse(head.AsSpan(9, 3), CultureInfo.InvariantCulture, out var status)
            )
            {
                return new HostileAnswer(0, "", bytes, bytes.Length == 0);
            }

            bytes = bytes[(end + 4)..];
            if (status == 100)
                continue;
            var answer = new HostileAnswer(status, head, bytes, true);
            if (bodiless)
                return answer with { Whole = bytes.Length == 0 };
            if (answer["Transfer-Encoding"] == "chunked")
                return Unchunked(answer);
            return int.TryParse(answer["Content-Length"], CultureInfo.InvariantCulture, out var length)
                ? answer with
                {
                    Whole = bytes.Length >= length,
                    Body = bytes[..Math.Min(length, bytes.Length)],
                }
                : answer;
        }
    }

    private static HostileAnswer Unchunked(HostileAnswer answer)
    {
        var (body, rest) = (new MemoryStream(), answer.Body.AsMemory());
        while (
            rest.Span.IndexOf("\r\n"u8) is > 0 and var end
            && int.TryParse(Encoding.Latin1.GetString(rest.Span[..end]), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size)
            && rest.Length >= end + 2 + size + 2
        )
        {
            if (size == 0)
                return answer with { Body = body.ToArray() };
            body.Write(rest.Span.Slice(end + 2, size));
            rest = rest[(end + 2 + size + 2)..];
        }
        return answer with { Body = body.ToArray(), Whole = false };
    }
}
