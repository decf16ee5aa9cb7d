namespace Explain.Service.Security;

/// <summary>A caller who said who they are. Names of keys and subjects of tokens are apart: one may be spelled like the other.</summary>
/// <param name="Kind"><c>key</c> or <c>token</c>.</param>
/// <param name="Issuer">Who issued the token; null for a key.</param>
/// <param name="Name">Name of the key, or subject of the token.</param>
internal sealed record CallerName(string Kind, string? Issuer, string Name)
{
    /// <summary>Kind of callers with a key.</summary>
    public const string Key = "key";

    /// <summary>Kind of callers with a token.</summary>
    public const string Token = "token";

    /// <summary>The kinds there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Key, Token];
}
