using Explain.Engine.Vocabulary;
using Explain.Service.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Security;

/// <summary>
/// Answers callers who may not, in the shape of the protocol they speak; the schemes themselves would answer with an empty body.
/// </summary>
internal sealed class AccessAnswers(SecuritySettings security) : IAuthorizationMiddlewareResultHandler
{
    private const string Realm = "explain-service";

    public async Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }
        var needed = policy.Requirements.OfType<ScopeRequirement>().Select(r => r.Scope.Name()).ToArray();
        await ProblemWriter.WriteAsync(
            context,
            security.IsOpen ? Closed(needed)
                : authorizeResult.Forbidden ? Forbid(context, needed)
                : await ChallengeAsync(context)
        );
    }

    private static Problem Closed(string[] needed) =>
        Problem.Of(
            403,
            $"Nobody has the scope {string.Join(", ", needed)} while the service asks nobody for a key: configure one in Explain:ApiKeys "
                + "(--new-api-key NAME makes one), or set Explain:OpenAdmin to true."
        );

    private static Problem Forbid(HttpContext context, string[] needed)
    {
        var missing = needed.Except(context.User.ScopeNames()).ToArray();
        if (missing.Length == 0 && ModelRequirement.Of(context) is { } model)
            return OtherModel(context, model);
        context.Response.Headers.Append(
            HeaderNames.WWWAuthenticate,
            $"Bearer realm=\"{Realm}\", error=\"insufficient_scope\", scope=\"{string.Join(' ', missing)}\""
        );
        return Problem.Of(
            403,
            $"'{context.User.Identity?.Name}' lacks the scope {string.Join(", ", missing)}; it has "
                + $"{string.Join(", ", context.User.ScopeNames().DefaultIfEmpty("none"))}."
        );
    }

    // The same whether there is such a model or not.
    private static Problem OtherModel(HttpContext context, string model)
    {
        var allowed = string.Join(", ", context.User.Models().Where(m => m.Length > 0).DefaultIfEmpty("none"));
        context.Response.Headers.Append(HeaderNames.WWWAuthenticate, $"Bearer realm=\"{Realm}\", error=\"insufficient_scope\"");
        return Problem.Of(403, $"'{context.User.Identity?.Name}' may not use '{Spelling.Shown(model)}'; allowed: {allowed}.");
    }

    private static async Task<Problem> ChallengeAsync(HttpContext context)
    {
        // The scheme looks once a request and remembers.
        var failure = (await context.AuthenticateAsync()).Failure;
        if (failure is AuthorityUnreachableException)
            return Problem.IdentityUnavailable("Tokens cannot be checked now: their issuer does not answer.");
        var bearer = $"Bearer realm=\"{Realm}\"";
        context.Response.Headers.WWWAuthenticate = new([
            failure is null ? bearer : $"{bearer}, error=\"invalid_token\"",
            $"{ApiKeyHandler.Name} realm=\"{Realm}\"",
        ]);
        return Problem.Of(
            401,
            failure is AuthenticationFailureException ours
                ? ours.Message
                : $"Send a key in {ApiKeyHandler.Header}, or a key or token as Authorization: Bearer."
        );
    }
}
