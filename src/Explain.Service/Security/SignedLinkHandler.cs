using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Explain.Service.Security;

/// <summary>Lets those read who come with a signed link: this address alone, and nobody knows who they are.</summary>
internal sealed class SignedLinkHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    SignedLink link
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "SignedLink";

    /// <summary>Whether a caller came with a signed link.</summary>
    public static bool Knows(ClaimsPrincipal caller) => caller.Identity is { IsAuthenticated: true, AuthenticationType: Name };

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        if (!link.TryRead(Request, out var left))
            return AuthenticateResult.NoResult();
        if (left is not { } time)
            return AuthenticateResult.Fail("The link's signature is not valid.");
        if (time <= TimeSpan.Zero)
            return AuthenticateResult.Fail("The link has expired.");
        return AuthenticateResult.Success(new AuthenticationTicket(Caller.OfLink(Name), Name));
    }
}
