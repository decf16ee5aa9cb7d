using System.Security.Claims;
using Explain.Service.Settings;

namespace Explain.Service.Security;

/// <summary>Who may call, how often, and from which pages.</summary>
internal sealed record SecuritySettings
{
    private const int LeastSecret = 32;
    private const string Secrets = "a secret of 32 characters or more";
    private const string Origins = "origins like https://dashboard.example.org, with no path, or * for all";

    /// <summary>The keys that are there as long as the service runs.</summary>
    public required IReadOnlyList<ApiKey> Keys { get; init; }

    /// <summary>The keys that may be exchanged meanwhile; null where there is no such file.</summary>
    public required ApiKeyFile? KeyFile { get; init; }

    /// <summary>Whose tokens are accepted; null for nobody's.</summary>
    public required JwtSettings? Jwt { get; init; }

    /// <summary>
    /// Requests a minute of callers without a quota of their own, by remote address where nobody says who they are; null for any number.
    /// </summary>
    public required int? RequestsPerMinute { get; init; }

    /// <summary>Port of the admin routes and of the metrics; null for the same as all others.</summary>
    public required int? AdminPort { get; init; }

    /// <summary>Whether admin routes are open, too, while the service is.</summary>
    public required bool OpenAdmin { get; init; }

    /// <summary>Whether metrics are for everybody.</summary>
    public required bool OpenMetrics { get; init; }

    /// <summary>Origins whose pages may call; empty for none.</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>Origins whose pages may show an explanation in a frame; empty for none.</summary>
    public required IReadOnlyList<string> FrameAncestors { get; init; }

    /// <summary>The secret that links are signed with; null for one that nobody else knows and that ends with the service.</summary>
    public required string? LinkKey { get; init; }

    /// <summary>Whether nobody is asked who they are.</summary>
    public bool IsOpen => Keys.Count == 0 && KeyFile is null && Jwt is null;

    /// <summary>Whether a caller has a scope; where nobody is asked who they are, everybody has all but the admin's.</summary>
    public bool Allows(ClaimsPrincipal caller, Scope scope) => IsOpen ? OpenAdmin || !scope.IsAdmin() : caller.Has(scope);

    /// <summary>Reads them.</summary>
    public static SecuritySettings Read(SettingsReader reader)
    {
        var keys = ApiKeyReader.Read(reader, []);
        var settings = new SecuritySettings
        {
            Keys = keys,
            KeyFile = ReadFile(reader, keys),
            Jwt = JwtSettings.Read(reader.Section("Jwt")),
            RequestsPerMinute = ApiKeyReader.Quota(
                reader,
                "Quota of keys and subjects without their own, in an open service of each address; 0: none."
            ),
            AdminPort = reader.Whole("AdminPort", 0, 0, ushort.MaxValue, "Port of its own for admin routes and metrics; 0: none.")
                is > 0
                    and var port
                ? (int)port
                : null,
            OpenAdmin = reader.Flag("OpenAdmin", false, "Whether an open service answers admin routes."),
            OpenMetrics = reader.Flag("OpenMetrics", true, "Whether metrics are for everybody, not for the scope `models:read` alone."),
            LinkKey = reader.Text(
                "LinkKey",
                Secrets,
                "What links to explanations are signed with: the same for all instances, and kept over restarts.",
                "another at every start"
            ),
            CorsOrigins = reader.Texts("CorsOrigins", Origins, "Origins whose pages may call, as a list or with commas."),
            FrameAncestors = reader.Texts(
                "FrameAncestors",
                Origins,
                "Origins whose pages may show an explanation that was given (`/view/{id}`) in an `<iframe>`, as a list or with commas."
            ),
        };
        if (settings.LinkKey is { Length: < LeastSecret })
            reader.Refuse("LinkKey", null, Secrets);
        foreach (var origin in settings.CorsOrigins.Where(o => !IsOrigin(o)))
            reader.Refuse("CorsOrigins", origin, Origins);
        foreach (var origin in settings.FrameAncestors.Where(o => !IsOrigin(o)))
            reader.Refuse("FrameAncestors", origin, Origins);
        if (settings is { OpenAdmin: true, IsOpen: false })
        {
            reader.Refuse(
                "OpenAdmin",
                "true",
                "false, or none of ApiKeys, ApiKeysFile and Jwt: where callers are known, admin routes take a scope"
            );
        }

        return settings;
    }

    private static ApiKeyFile? ReadFile(SettingsReader reader, IReadOnlyList<ApiKey> keys)
    {
        var path = reader.Text(
            ApiKeyFile.Setting,
            "a file with a list in JSON of keys as --new-api-key NAME prints them",
            "Keys in a file that is read again when it changes."
        );
        if (path is null)
            return null;
        var file = ApiKeyFile.Read(path, keys, out var problems);
        reader.Report(problems);
        return file;
    }

    private static bool IsOrigin(string text) =>
        text == "*"
        || (
            Uri.TryCreate(text, UriKind.Absolute, out var origin)
            && origin.Scheme is "http" or "https"
            && origin.GetLeftPart(UriPartial.Authority) == text
        );
}
