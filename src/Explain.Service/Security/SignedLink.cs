using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Explain.Service.Security;

/// <summary>Addresses that carry their own permission: whoever has one may read what is there until it expires.</summary>
/// <remarks>HMAC-SHA256 (RFC 2104) over the path and the end, in seconds since 1970.</remarks>
internal sealed class SignedLink(SecuritySettings security, TimeProvider clock)
{
    /// <summary>The query parameter with the end.</summary>
    public const string Expires = "expires";

    /// <summary>The query parameter with the signature.</summary>
    public const string Signature = "signature";

    private readonly byte[] _key = security.LinkKey is { } key
        ? Encoding.UTF8.GetBytes(key)
        : RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);

    /// <summary>The query that permits to read a path.</summary>
    /// <param name="path">The path, without the base that a proxy puts before it.</param>
    /// <param name="end">Until when.</param>
    public string Query(string path, DateTimeOffset end) => $"{QueryOf(end)}&{Signature}={SignatureOf(path, end)}";

    /// <summary>The end alone, as the beginning of a query.</summary>
    public static string QueryOf(DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"?{Expires}={end.ToUnixTimeSeconds()}");

    /// <summary>The signature alone.</summary>
    /// <param name="path">The path, without the base that a proxy puts before it.</param>
    /// <param name="end">Until when.</param>
    public string SignatureOf(string path, DateTimeOffset end) => Base64Url.EncodeToString(Sign(path, end.ToUnixTimeSeconds()));

    /// <summary>How long a request's own permission holds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="left">The time that is left; zero or less when it is over, null when it is none.</param>
    /// <returns>Whether the request brings one.</returns>
    public bool TryRead(HttpRequest request, out TimeSpan? left)
    {
        left = null;
        if (!IsOf(request))
            return false;
        if (
            request.Query[Signature] is not [{ } text]
            || request.Query[Expires] is not [{ } end]
            || !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || !Base64Url.IsValid(text)
            || !CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(text), Sign(request.Path, seconds))
        )
        {
            return true;
        }

        left = DateTimeOffset.FromUnixTimeSeconds(seconds) - clock.GetUtcNow();
        return true;
    }

    /// <summary>Whether a request is one for such an address.</summary>
    public static bool IsOf(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Query.ContainsKey(Signature);

    private byte[] Sign(string path, long seconds) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}\n{seconds}")));
}
