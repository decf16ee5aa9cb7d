using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using Explain.Engine.Catalogue;

namespace Explain.Service.Security;

/// <summary>
/// Who calls: the name of a key or the subject of a token, the scopes, and the models where they are limited; nothing else of either.
/// </summary>
internal static class Caller
{
    private const string NameClaim = "name";
    private const string ScopeClaim = "scope";
    private const string ModelClaim = "model";
    private const string IssuerClaim = "iss";
    private const string OfKey = $"{CallerName.Key}  ";
    private const string AnyEnd = "*";
    private const int PrefixBytes = 8;

    /// <summary>A caller that a scheme has found to be who they say.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="caller">Who it is.</param>
    /// <param name="scopes">What they may do.</param>
    /// <param name="models">With which models: names, or beginnings followed by <c>*</c>; null for all.</param>
    public static ClaimsPrincipal Of(string scheme, CallerName caller, IEnumerable<Scope> scopes, IReadOnlyList<string>? models)
    {
        List<Claim> claims = [new(NameClaim, caller.Name), .. scopes.Select(s => new Claim(ScopeClaim, s.Name()))];
        if (caller.Issuer is { } issuer)
            claims.Add(new Claim(IssuerClaim, issuer));
        // None at all is a list, too: it holds what is no name.
        if (models is not null)
            claims.AddRange(models.DefaultIfEmpty("").Select(m => new Claim(ModelClaim, m)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, NameClaim, roleType: null));
    }

    /// <summary>Somebody whose address permits what it leads to.</summary>
    public static ClaimsPrincipal OfLink(string scheme) => new(new ClaimsIdentity([new(ScopeClaim, Scope.Explain.Name())], scheme));

    /// <summary>Whether the caller has a scope.</summary>
    public static bool Has(this ClaimsPrincipal caller, Scope scope) => caller.HasClaim(ScopeClaim, scope.Name());

    /// <summary>Whether the caller may use a model, be there one of this name or not.</summary>
    public static bool MayUse(this ClaimsPrincipal caller, string model)
    {
        var allowed = caller.Models();
        return allowed.Count == 0
            || allowed.Any(a =>
                a.EndsWith(AnyEnd, StringComparison.Ordinal) ? model.StartsWith(a[..^1], StringComparison.Ordinal) : a == model
            );
    }

    /// <summary>Those of some models that the caller may use.</summary>
    public static IEnumerable<ModelStatus> Own(this ClaimsPrincipal caller, IEnumerable<ModelStatus> models) =>
        models.Where(m => caller.MayUse(m.Name));

    /// <summary>What the caller's models are limited to; empty where they are not.</summary>
    public static IReadOnlyList<string> Models(this ClaimsPrincipal caller) => [.. caller.FindAll(ModelClaim).Select(c => c.Value)];

    /// <summary>The name of a caller who said who they are; else null.</summary>
    public static CallerName? NameOf(ClaimsPrincipal caller) =>
        caller.Identity is { IsAuthenticated: true, Name: { } name, AuthenticationType: var scheme }
            ? new CallerName(scheme == ApiKeyHandler.Name ? CallerName.Key : CallerName.Token, caller.FindFirst(IssuerClaim)?.Value, name)
            : null;

    /// <summary>
    /// Tells callers apart: by key or token, and those who have neither by address. An IPv6 host has a /64 to itself.
    /// </summary>
    public static string IdentityOf(HttpContext http)
    {
        if (NameOf(http.User) is { } caller)
            return $"{caller.Kind} {caller.Issuer} {caller.Name}";
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"{new IPNetwork(new IPAddress([.. address.GetAddressBytes()[..PrefixBytes], .. new byte[PrefixBytes]]), 8 * PrefixBytes)}"
            : address.ToString();
    }

    /// <summary>The name of the key in the identity of a caller; null where it is none.</summary>
    public static string? KeyOf(string identity) => identity.StartsWith(OfKey, StringComparison.Ordinal) ? identity[OfKey.Length..] : null;

    /// <summary>The names of the caller's scopes.</summary>
    public static IEnumerable<string> ScopeNames(this ClaimsPrincipal caller) => caller.FindAll(ScopeClaim).Select(c => c.Value);
}
