using System.Text;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to the framing of a request.</summary>
internal static class WireMutators
{
    private delegate byte[] Edit(HostileRequest request, Random random);

    private static readonly string[] Lengths =
    [
        "-1",
        "abc",
        "",
        "99999999999999999999",
        "1, 2",
        "0x10",
        "+5",
        "1.5",
        "9223372036854775807",
    ];
    private static readonly string[] ChunkSizes =
    [
        "-1",
        "zz",
        "FFFFFFFFFFFFFFFF",
        "7fffffff",
        "",
        "0x5",
        " 5",
        "5;ext=\"",
        "5\r",
        new('1', 500),
    ];

    // csharpier-ignore
    private static readonly string[] Lines =
    [
        "X: a\nX-Injected: 1", "X: a\rX-Injected: 1", "X : space before the colon", "X\0: nul", "X: \0", " folded: line", ": no name", "no colon", "Host: other", $"X: {new string('x', 40_000)}", "X: \x7f\x01", "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "Connection: upgrade\r\nUpgrade: websocket", "Expect: 100-continue", "Connection: keep-alive, close",
    ];

    // csharpier-ignore
    private static readonly string[] Begins =
    [
        "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/9.9", "GET / HTTP/1.1.1", "GET / http/1.1", "GET http://other/v2 HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT localhost:1 HTTP/1.1", $"GET /{new string('a', 20_000)} HTTP/1.1", "GET /v1/\0 HTTP/1.1", "\x16\x03\x01\x02\0\x01\0\x01",
        "PRI * HTTP/2.0\r\n\r\nSM", "GET /%0d%0aX-Injected:1 HTTP/1.1", $"{new string('M', 9000)} / HTTP/1.1", "GET / HTTP/1.0", "", "\r\n\r\n", "G\u00cbT / HTTP/1.1", "GET \\..\\ HTTP/1.1", "GET /?a#b HTTP/1.1", "GET ../v2 HTTP/1.1",
    ];

    // csharpier-ignore
    private static readonly Edit[] Edits =
    [
        (q, r) => [.. q.Head($"Content-Length: {q.Body.Length + r.Next(1, 100_000)}"), .. q.Body],
        (q, r) => [.. q.Head($"Content-Length: {r.Next(q.Body.Length + 1)}"), .. q.Body],
        (q, r) => [.. q.Head($"Content-Length: {Pick(Lengths, r)}"), .. q.Body],
        (q, r) => [.. q.Head($"Content-Length: {q.Body.Length}", "Transfer-Encoding: chunked"), .. Chunked(q.Body, r)],
        (q, _) => [.. q.Head(), .. q.Body],
        (q, r) => [.. q.Head("Transfer-Encoding: chunked"), .. Chunked(q.Body, r)],
        (q, r) => [.. q.Head("Transfer-Encoding: chunked"), .. Chunked(q.Body, r)[..^r.Next(1, 6)]],
        (q, r) => [.. q.Head("Transfer-Encoding: chunked"), .. Latin($"{Pick(ChunkSizes, r)}\r\n"), .. q.Body, .. "\r\n0\r\n\r\n"u8],
        (q, r) => [.. q.Head("Transfer-Encoding: chunked"), .. Chunked(q.Body, r)[..^2], .. Latin($"{Pick(Lines, r)}\r\n\r\n")],
        (q, r) => [.. q.Head("Transfer-Encoding: chunked"), .. ByteMutators.Mutate(Chunked(q.Body, r), r)],
        (q, r) => [.. q.Head($"Content-Length: {q.Body.Length}", Pick(Lines, r)), .. q.Body],
        (q, r) => [.. Latin($"{Pick(Begins, r)}\r\n"), .. q.Head($"Content-Length: {q.Body.Length}").SkipWhile(b => b != '\n').Skip(1), .. q.Body],
        (q, r) => [.. ByteMutators.Mutate(q.Head($"Content-Length: {q.Body.Length}"), r), .. q.Body],
        (q, r) => [.. q.Head([.. Enumerable.Range(0, r.Next(90, 300)).Select(i => $"X-{i}: y")]), .. q.Body],
        (q, r) => q.ToBytes()[..r.Next(q.ToBytes().Length)],
    ];

    /// <summary>Damages the framing.</summary>
    public static HostileRequest Mutate(HostileRequest request, Random random) =>
        request with
        {
            Wire = Edits[random.Next(Edits.Length)](request, random),
            Leaves = true,
        };

    private static byte[] Chunked(byte[] body, Random random)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < body.Length; )
        {
            var size = Math.Min(body.Length - at, random.Next(1, 2000));
            bytes.AddRange([.. Latin($"{size:x}\r\n"), .. body.AsSpan(at, size), .. "\r\n"u8]);
            at += size;
        }
        return [.. bytes, .. "0\r\n\r\n"u8];
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string Pick(string[] texts, Random random) => texts[random.Next(texts.Length)];
}
