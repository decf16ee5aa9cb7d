using System.Security.Cryptography;
using System.Text;

namespace Explain.Service.Security;

/// <summary>A configured key; the key itself is nowhere.</summary>
/// <param name="Name">Who it was given to.</param>
/// <param name="Hash">Its SHA-256: enough for keys of 256 random bits, which nobody can guess.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Models">With which models: names, or beginnings followed by <c>*</c>; null for all.</param>
/// <param name="RequestsPerMinute">Its own quota; null for the general one.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
internal sealed record ApiKey(
    string Name,
    ReadOnlyMemory<byte> Hash,
    IReadOnlyList<Scope> Scopes,
    IReadOnlyList<string>? Models,
    int? RequestsPerMinute,
    DateTimeOffset? ExpiresAt
)
{
    private const string HashPrefix = "sha256:";

    /// <summary>The hash of a key.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>A hash as settings hold it.</summary>
    public static string FormatHash(byte[] hash) => HashPrefix + Convert.ToHexStringLower(hash);

    /// <summary>Reads <c>sha256:</c> and 64 hexadecimal digits; null for anything else.</summary>
    public static byte[]? ParseHash(string text) =>
        text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase)
        && text.Length == HashPrefix.Length + 2 * SHA256.HashSizeInBytes
        && text[HashPrefix.Length..].All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text[HashPrefix.Length..])
            : null;
}
