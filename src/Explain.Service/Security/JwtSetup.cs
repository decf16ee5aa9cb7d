using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Explain.Service.Security;

/// <summary>The keys of the tokens' issuer cannot be had.</summary>
internal sealed class AuthorityUnreachableException() : Exception("the issuer of the tokens cannot be reached");

/// <summary>Knows callers by the tokens of one issuer.</summary>
internal static class JwtSetup
{
    // Keys of a pair only: with a shared secret allowed, anybody could sign with the public key as the secret.
    // csharpier-ignore
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void Apply(this JwtBearerOptions options, JwtSettings jwt)
    {
        options.Authority = jwt.Authority;
        options.Audience = jwt.Audience;
        options.RequireHttpsMetadata = jwt.RequireHttpsMetadata;
        options.BackchannelTimeout = TimeSpan.FromSeconds(5);
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = async context =>
            {
                if (BearerToken.Of(context.Request) is not null && !await HasKeysAsync(context))
                    context.Fail(new AuthorityUnreachableException());
            },
            OnTokenValidated = context =>
            {
                if (context.Principal?.FindFirst("sub")?.Value is { Length: > 0 } subject)
                {
                    context.Principal = Caller.Of(
                        JwtBearerDefaults.AuthenticationScheme,
                        new CallerName(CallerName.Token, context.SecurityToken.Issuer, subject),
                        Words(context.Principal, jwt.ScopeClaim).Select(Scopes.Find).OfType<Scope>().Distinct(),
                        jwt.ModelsClaim is { } models ? [.. Words(context.Principal, models)] : null
                    );
                }
                else
                {
                    context.Fail("The token names no subject (sub).");
                }

                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                context.Fail(Reason(context.Exception));
                return Task.CompletedTask;
            },
        };
    }

    // Asked before the token is looked at: without keys, the library takes every token for one of another issuer.
    private static async Task<bool> HasKeysAsync(MessageReceivedContext context)
    {
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
            return true;
        }
        catch (InvalidOperationException e)
        {
            context
                .HttpContext.RequestServices.GetRequiredService<ILoggerFactory>()
                .CreateLogger(typeof(JwtSetup))
                .LogWarning(
                    "Tokens cannot be checked, {Authority} gives no keys: {Reason}",
                    context.Options.Authority,
                    (e.InnerException ?? e).Message
                );
            return false;
        }
    }

    // One text with spaces, or an array.
    private static IEnumerable<string> Words(ClaimsPrincipal token, string claim) =>
        token.FindAll(claim).SelectMany(c => c.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    // In our own words: the library's quote the token.
    private static string Reason(Exception exception) =>
        exception switch
        {
            SecurityTokenExpiredException => "The token has expired.",
            SecurityTokenNotYetValidException => "The token is not valid yet.",
            SecurityTokenNoExpirationException => "The token has no end (exp).",
            SecurityTokenInvalidAudienceException => "The token is for another audience.",
            SecurityTokenInvalidIssuerException => "The token is from another issuer.",
            SecurityTokenInvalidSignatureException
            or SecurityTokenSignatureKeyNotFoundException
            or SecurityTokenInvalidAlgorithmException => "The token's signature is not valid.",
            _ => "The token is not valid.",
        };
}
