using Explain.Service.Settings;

namespace Explain.Service.Security;

/// <summary>Who may call, how often, and from which pages.</summary>
internal sealed record SecuritySettings
{
    /// <summary>What names of keys look like.</summary>
    public const string NameForm = "1 to 64 letters, digits, '.', '_' and '-'";

    private const int MaxQuota = 1_000_000;
    private const string Origins = "origins like https://dashboard.example.org, with no path, or * for all";
    private const string Hashes = "sha256: and the 64 hexadecimal digits of a key's SHA-256, as --new-api-key NAME prints them";

    /// <summary>The keys.</summary>
    public required IReadOnlyList<ApiKey> Keys { get; init; }

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

    /// <summary>Whether nobody is asked who they are.</summary>
    public bool IsOpen => Keys.Count == 0 && Jwt is null;

    /// <summary>Whether a key may have this name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Reads them.</summary>
    public static SecuritySettings Read(SettingsReader reader)
    {
        var settings = new SecuritySettings
        {
            Keys = [.. reader.Sections("ApiKeys").Select(ReadKey).OfType<ApiKey>()],
            Jwt = JwtSettings.Read(reader.Section("Jwt")),
            RequestsPerMinute = Quota(reader, "Quota of keys and subjects without their own, in an open service of each address; 0: none."),
            AdminPort = reader.Whole("AdminPort", 0, 0, ushort.MaxValue, "Port of its own for admin routes and metrics; 0: none.")
                is > 0
                    and var port
                ? (int)port
                : null,
            OpenAdmin = reader.Flag("OpenAdmin", false, "Whether an open service answers admin routes."),
            OpenMetrics = reader.Flag("OpenMetrics", true, "Whether metrics are for everybody, not for the scope `models:read` alone."),
            CorsOrigins = reader.Texts("CorsOrigins", Origins, "Origins whose pages may call, as a list or with commas."),
        };
        foreach (var twice in settings.Keys.GroupBy(k => k.Name).Where(g => g.Count() > 1))
            reader.Refuse("ApiKeys", null, $"each name once; '{twice.Key}' is there {twice.Count()} times");
        foreach (var twice in settings.Keys.GroupBy(k => Convert.ToHexString(k.Hash.Span)).Where(g => g.Count() > 1))
            reader.Refuse("ApiKeys", null, $"each hash once; {string.Join(" and ", twice.Select(k => $"'{k.Name}'"))} have the same");
        foreach (var origin in settings.CorsOrigins.Where(o => !IsOrigin(o)))
            reader.Refuse("CorsOrigins", origin, Origins);
        if (settings is { OpenAdmin: true, IsOpen: false })
        {
            reader.Refuse(
                "OpenAdmin",
                "true",
                "false, or neither ApiKeys nor Jwt: where callers are known, admin routes take the scope models:admin"
            );
        }

        return settings;
    }

    private static ApiKey? ReadKey(SettingsReader reader)
    {
        var known = string.Join(", ", Scopes.Names);
        var name = reader.Text("Name", NameForm, "What the key is called in the log and in the audit trail.") ?? "";
        var hash = ApiKey.ParseHash(reader.Text("Hash", Hashes, "What the key is recognised by.") ?? "");
        var scopes = reader.Texts("Scopes", known, "What its caller may do, as a list or with commas.");
        var quota = Quota(reader, "Its own quota; 0: that of all.");
        var expires = reader.Instant("ExpiresAt", "When it ceases to be one.");
        if (!IsName(name))
            reader.Refuse("Name", name, NameForm);
        if (hash is null)
            reader.Refuse("Hash", null, Hashes);
        foreach (var unknown in scopes.Where(s => Scopes.Find(s) is null).DefaultIfEmpty(scopes.Count == 0 ? "" : null).OfType<string>())
            reader.Refuse("Scopes", unknown, known);
        return hash is null || !IsName(name)
            ? null
            : new ApiKey(name, hash, [.. scopes.Select(Scopes.Find).OfType<Scope>()], quota, expires);
    }

    private static int? Quota(SettingsReader reader, string meaning) =>
        reader.Whole("RequestsPerMinute", 0, 0, MaxQuota, meaning) is > 0 and var quota ? (int)quota : null;

    private static bool IsOrigin(string text) =>
        text == "*"
        || (
            Uri.TryCreate(text, UriKind.Absolute, out var origin)
            && origin.Scheme is "http" or "https"
            && origin.GetLeftPart(UriPartial.Authority) == text
        );
}
