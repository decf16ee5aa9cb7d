using System.Net;
using System.Net.Sockets;
using System.Security.Claims;

namespace Explain.Service.Security;

/// <summary>Who calls: the name of a key or the subject of a token, and the scopes; nothing else of either.</summary>
internal static class Caller
{
    private const string NameClaim = "name";
    private const string ScopeClaim = "scope";
    private const int PrefixBytes = 8;

    /// <summary>A caller that a scheme has found to be who they say.</summary>
    public static ClaimsPrincipal Of(string scheme, string name, IEnumerable<Scope> scopes) =>
        new(
            new ClaimsIdentity(
                [new(NameClaim, name), .. scopes.Select(s => new Claim(ScopeClaim, s.Name()))],
                scheme,
                NameClaim,
                roleType: null
            )
        );

    /// <summary>Whether the caller has a scope.</summary>
    public static bool Has(this ClaimsPrincipal caller, Scope scope) => caller.HasClaim(ScopeClaim, scope.Name());

    /// <summary>
    /// Tells callers apart: by key or token, and those who have neither by address. An IPv6 host has a /64 to itself.
    /// </summary>
    public static string IdentityOf(HttpContext http)
    {
        if (http.User.Identity is { IsAuthenticated: true } caller)
            return $"{caller.AuthenticationType} {caller.Name}";
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"{new IPNetwork(new IPAddress([.. address.GetAddressBytes()[..PrefixBytes], .. new byte[PrefixBytes]]), 8 * PrefixBytes)}"
            : address.ToString();
    }

    /// <summary>The names of the caller's scopes.</summary>
    public static IEnumerable<string> ScopeNames(this ClaimsPrincipal caller) => caller.FindAll(ScopeClaim).Select(c => c.Value);
}
