using Microsoft.AspNetCore.Authorization;

namespace Explain.Service.Security;

/// <summary>What an endpoint asks of its caller.</summary>
/// <param name="Scope">The scope.</param>
internal sealed record ScopeRequirement(Scope Scope) : IAuthorizationRequirement;

/// <summary>Callers have what their scopes say. Where nobody is asked who they are, everybody has all but the admin's.</summary>
internal sealed class ScopeHandler(SecuritySettings security) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        var allowed = security.IsOpen ? requirement.Scope != Scope.ModelsAdmin || security.OpenAdmin : context.User.Has(requirement.Scope);
        if (allowed)
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>The policies: one a scope, and the one for endpoints that forgot to have any.</summary>
internal static class ScopePolicies
{
    public static void Apply(this AuthorizationOptions options, SecuritySettings security)
    {
        foreach (var scope in Enum.GetValues<Scope>())
        {
            options.AddPolicy(scope.Name(), policy =>
            {
                if (!security.IsOpen)
                    policy.RequireAuthenticatedUser();
                policy.AddRequirements(new ScopeRequirement(scope));
            });
        }
        if (!security.IsOpen)
            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}
