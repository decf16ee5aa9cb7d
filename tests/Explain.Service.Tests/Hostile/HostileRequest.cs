using System.Text;

namespace Explain.Service.Tests.Hostile;

/// <summary>A request down to its bytes: what a client library would refuse to send can be sent, too.</summary>
internal sealed record HostileRequest
{
    /// <summary>The seed and what was done to it.</summary>
    public required string Name { get; init; }

    public required string Verb { get; init; }

    /// <summary>Path and query as they are sent.</summary>
    public required string Target { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>
    /// Everything that is sent, when the framing itself is wrong; then the connection may be closed, and the server's own answer have no
    /// body.
    /// </summary>
    public byte[]? Wire { get; init; }

    /// <summary>
    /// Whether the caller announces more than comes, says so after a moment, and may then be left without an answer or with half of one.
    /// </summary>
    public bool Leaves { get; init; }

    /// <summary>Whether the address was damaged: it may have become that of another protocol.</summary>
    public bool Astray { get; init; }

    public string? this[string header] =>
        Headers.Where(h => h.Name.Equals(header, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).FirstOrDefault();

    /// <summary>The same with a header set, or removed with null.</summary>
    public HostileRequest With(string header, string? value) =>
        this with
        {
            Headers =
            [
                .. Headers.Where(h => !h.Name.Equals(header, StringComparison.OrdinalIgnoreCase)),
                .. value is null ? Array.Empty<(string, string)>() : [(header, value)],
            ],
        };

    /// <summary>What goes over the socket.</summary>
    public byte[] ToBytes() => Wire ?? [.. Head($"Content-Length: {Body.Length}"), .. Body];

    /// <summary>The lines before the body, with a framing of one's own.</summary>
    /// <param name="framing">Lines that say how long the body is.</param>
    public byte[] Head(params string[] framing)
    {
        var lines = new StringBuilder($"{Verb} {Target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        foreach (var (name, value) in Headers)
            lines.Append(name).Append(": ").Append(value).Append("\r\n");
        foreach (var line in framing)
            lines.Append(line).Append("\r\n");
        return Encoding.Latin1.GetBytes(lines.Append("\r\n").ToString());
    }
}
