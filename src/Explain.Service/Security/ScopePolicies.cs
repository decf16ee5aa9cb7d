using Explain.Service.Endpoints;
using Microsoft.AspNetCore.Authorization;

namespace Explain.Service.Security;

/// <summary>What an endpoint asks of its caller.</summary>
/// <param name="Scope">The scope.</param>
internal sealed record ScopeRequirement(Scope Scope) : IAuthorizationRequirement;

/// <summary>What an endpoint of a model asks of its caller: that the model is one of theirs.</summary>
internal sealed record ModelRequirement : IAuthorizationRequirement
{
    /// <summary>The model of a request's address; null where there is none.</summary>
    public static string? Of(HttpContext? http) => http?.GetRouteValue(Operation.ModelParameter) as string;
}

/// <summary>Callers have what their scopes say.</summary>
internal sealed class ScopeHandler(SecuritySettings security) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (security.Allows(context.User, requirement.Scope))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>Callers may use the models that their key or token names, or all.</summary>
internal sealed class ModelHandler : AuthorizationHandler<ModelRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ModelRequirement requirement)
    {
        if (ModelRequirement.Of(context.Resource as HttpContext) is not { } model || context.User.MayUse(model))
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
                policy.AddRequirements(new ScopeRequirement(scope), new ModelRequirement());
            });
        }
        if (!security.IsOpen)
            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}
