using Microsoft.AspNetCore.Authorization;

namespace Explain.Service.Security;

/// <summary>Marks an endpoint: its callers need a scope.</summary>
/// <param name="Scope">The scope.</param>
internal sealed record RequiredScope(Scope Scope) : IAuthorizeData
{
    /// <inheritdoc/>
    public string? Policy { get; set; } = Scope.Name();

    /// <inheritdoc/>
    public string? Roles { get; set; }

    /// <inheritdoc/>
    public string? AuthenticationSchemes { get; set; }
}

/// <summary>Marks an endpoint: where <c>AdminPort</c> is set, there is no such address on any other port.</summary>
internal sealed class OnAdminPort;

/// <summary>Who may call an endpoint. Every endpoint says it with one of these; a test sees to that.</summary>
internal static class EndpointAccess
{
    /// <summary>Callers need the scope; what an admin does is on the admin port alone, where there is one.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, Scope scope)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.WithMetadata(new RequiredScope(scope));
        return scope.IsAdmin() ? endpoints.WithMetadata(new OnAdminPort()) : endpoints;
    }

    /// <summary>Anybody may call, as often as they like: probes.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.AllowAnonymous().DisableRateLimiting();

    /// <summary>Scrapers may call: anybody, unless <c>OpenMetrics</c> is false; on the admin port alone, where there is one.</summary>
    public static TBuilder OpenToScrapers<TBuilder>(this TBuilder endpoints, SecuritySettings security)
        where TBuilder : IEndpointConventionBuilder =>
        (security.OpenMetrics ? endpoints.AllowAnonymous() : endpoints.RequireScope(Scope.ModelsRead))
            .DisableRateLimiting()
            .WithMetadata(new OnAdminPort());
}
