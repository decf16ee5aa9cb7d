using Explain.Service.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Explain.Service.Security;

/// <summary>Who calls, what they may, how often, and from which pages: registration and order.</summary>
internal static class SecuritySetup
{
    private const string ByHeader = "ByHeader";

    public static IServiceCollection AddSecurity(this IServiceCollection services, SecuritySettings security)
    {
        // Not AddAuthentication: it brings data protection, which writes keys for cookies into a home folder that may be read-only, and
        // there are no cookies.
        services.AddAuthenticationCore(options => options.DefaultScheme = ByHeader).AddWebEncoders().TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IAuthenticationConfigurationProvider, NoConfiguration>();
        var schemes = new AuthenticationBuilder(services)
            .AddPolicyScheme(ByHeader, null, policy => policy.ForwardDefaultSelector = context => SchemeOf(context.Request, security))
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Name, null)
            .AddScheme<AuthenticationSchemeOptions, SignedLinkHandler>(SignedLinkHandler.Name, null);
        if (security.Jwt is { } jwt)
            schemes.AddJwtBearer(options => options.Apply(jwt));
        return services
            .AddSingleton(security)
            .AddSingleton<ApiKeys>()
            .AddSingleton<SignedLink>()
            .AddHostedService<ApiKeyWatch>()
            .AddSingleton<IAuthorizationHandler, ScopeHandler>()
            .AddSingleton<IAuthorizationHandler, ModelHandler>()
            .AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>()
            .AddAuthorization(options => options.Apply(security))
            .AddSingleton<Quotas>()
            .AddRateLimiter(options =>
                options.OnRejected = (rejected, _) =>
                    new ValueTask(ProblemWriter.WriteAsync(rejected.HttpContext, Quotas.Exceeded(rejected.Lease)))
            )
            .AddOptions<RateLimiterOptions>()
            .Configure<Quotas>((options, quotas) => options.GlobalLimiter = quotas.Requests)
            .Services.AddCors(options => options.Apply(security));
    }

    /// <summary>Behind what writes problems, before all that answers and is not for everybody.</summary>
    public static WebApplication UseSecurity(this WebApplication app, SecuritySettings security)
    {
        // Before callers are asked who they are: a browser's preflight brings no key.
        if (security.CorsOrigins.Count > 0)
            app.UseCors();
        app.UseAdminPort(security);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        return app;
    }

    /// <summary>Says what anybody can do, when nobody is asked who they are.</summary>
    public static void WarnWhenOpen(this WebApplication app, SecuritySettings security)
    {
        if (!security.IsOpen)
            return;
        app.Logger.LogWarning(
            "THIS SERVICE IS OPEN: none of Explain:ApiKeys, Explain:ApiKeysFile and Explain:Jwt is set. Whoever reaches it may do "
                + "everything of {Open}, {Quota}; {Admin}. Make a key with --new-api-key NAME",
            string.Join(", ", Enum.GetValues<Scope>().Where(s => security.OpenAdmin || !s.IsAdmin()).Select(s => s.Name())),
            security.RequestsPerMinute is { } quota ? $"{quota} times a minute from each address" : "as often as they like",
            security.OpenAdmin ? "LOADING, UNLOADING AND DELETING INCLUDED (Explain:OpenAdmin)" : "admin routes are refused"
        );
    }

    // What tokens must be is said in our own section alone.
    private sealed class NoConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }

    // A key wins over a token, and both over a link.
    private static string SchemeOf(HttpRequest request, SecuritySettings security)
    {
        if (request.Headers.ContainsKey(ApiKeyHandler.Header))
            return ApiKeyHandler.Name;
        return BearerToken.Of(request) is not { } token
            ? SignedLink.IsOf(request)
                ? SignedLinkHandler.Name
                : ApiKeyHandler.Name
            : security.Jwt is not null && BearerToken.IsJwt(token)
                ? JwtBearerDefaults.AuthenticationScheme
                : ApiKeyHandler.Name;
    }
}
