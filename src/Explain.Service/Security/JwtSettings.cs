using Explain.Service.Settings;

namespace Explain.Service.Security;

/// <summary>Whose tokens are accepted.</summary>
/// <param name="Authority">Address of the issuer; its discovery document names the keys.</param>
/// <param name="Audience">The audience that tokens must name.</param>
/// <param name="ScopeClaim">The claim that holds the scopes, as one text with spaces or as an array.</param>
/// <param name="ModelsClaim">The claim that holds the models that a caller may use, likewise; null where tokens are for all.</param>
/// <param name="RequireHttpsMetadata">Whether the authority must be reached by HTTPS.</param>
internal sealed record JwtSettings(string Authority, string Audience, string ScopeClaim, string? ModelsClaim, bool RequireHttpsMetadata)
{
    private const string DefaultClaim = "scope";

    /// <summary>Reads them; null when none is set.</summary>
    public static JwtSettings? Read(SettingsReader reader)
    {
        const string tokens = "the audience that tokens for this service name";
        var authority = reader.Text("Authority", "an address that begins with https://", "Issuer of the tokens that are taken.");
        var audience = reader.Text("Audience", tokens, "The audience that tokens must name.");
        var claim = reader.Text("ScopeClaim", "the name of a claim", "The claim that holds the scopes.", DefaultClaim);
        var models = reader.Text(
            "ModelsClaim",
            "the name of a claim",
            "The claim that holds the models that a caller may use: names, or beginnings followed by *. Where it is set, a token without "
                + "it is for none."
        );
        var https = reader.Flag("RequireHttpsMetadata", true, "Whether the issuer must be reached by HTTPS.");
        if (authority is null && audience is null && claim is null && models is null && https)
            return null;
        if (
            !Uri.TryCreate(authority, UriKind.Absolute, out var address)
            || (address.Scheme != "https" && (https || address.Scheme != "http"))
        )
        {
            reader.Refuse(
                "Authority",
                authority,
                $"an address that begins with https://{(https ? ", or http:// with RequireHttpsMetadata = false" : " or http://")}"
            );
        }

        if (audience is null)
            reader.Refuse("Audience", "", tokens);
        return new JwtSettings(authority ?? "", audience ?? "", claim ?? DefaultClaim, models, https);
    }
}
