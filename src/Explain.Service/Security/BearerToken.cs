namespace Explain.Service.Security;

/// <summary>What comes as <c>Authorization: Bearer</c>.</summary>
internal static class BearerToken
{
    private const string Prefix = "Bearer ";

    /// <summary>The token, or null.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && value[Prefix.Length..].Trim() is { Length: > 0 } token
            ? token
            : null;

    /// <summary>Whether it is a JSON Web Token: three parts, the first of them an object of JSON.</summary>
    public static bool IsJwt(string token) => token.StartsWith("eyJ", StringComparison.Ordinal) && token.Count(c => c == '.') == 2;
}
