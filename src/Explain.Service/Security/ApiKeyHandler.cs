using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Explain.Service.Security;

/// <summary>Knows callers by their key, in <c>X-Api-Key</c> or as bearer token.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiKeys keys
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "ApiKey";

    /// <summary>The header for keys.</summary>
    public const string Header = "X-Api-Key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        var headers = Request.Headers[Header];
        if (headers.Count > 1)
            return AuthenticateResult.Fail($"{Header} is there {headers.Count} times; send one key.");
        if ((headers is [{ Length: > 0 } own] ? own : BearerToken.Of(Request)) is not { } presented)
            return AuthenticateResult.NoResult();
        if (keys.Find(presented) is not { } key)
            return AuthenticateResult.Fail("This key is not known.");
        if (key.ExpiresAt <= TimeProvider.GetUtcNow())
            return AuthenticateResult.Fail("This key has expired.");
        return AuthenticateResult.Success(
            new AuthenticationTicket(Caller.Of(Name, new CallerName(CallerName.Key, null, key.Name), key.Scopes, key.Models), Name)
        );
    }
}
