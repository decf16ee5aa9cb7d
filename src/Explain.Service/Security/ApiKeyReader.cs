using Explain.Service.Settings;

namespace Explain.Service.Security;

/// <summary>Reads keys as settings hold them.</summary>
internal static class ApiKeyReader
{
    /// <summary>What names of keys look like.</summary>
    public const string NameForm = "1 to 64 letters, digits, '.', '_' and '-'";

    private const string List = "ApiKeys";
    private const int MaxQuota = 1_000_000;
    private const string Hashes = "sha256: and the 64 hexadecimal digits of a key's SHA-256, as --new-api-key NAME prints them";
    private const string ModelNames = "names of models, or their beginnings followed by *";

    /// <summary>Whether a key may have this name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Reads the list of keys.</summary>
    /// <param name="reader">What holds it.</param>
    /// <param name="others">Keys that are known beside them.</param>
    public static IReadOnlyList<ApiKey> Read(SettingsReader reader, IReadOnlyList<ApiKey> others)
    {
        ApiKey[] keys = [.. reader.Sections(List).Select(Read).OfType<ApiKey>()];
        ApiKey[] all = [.. others, .. keys];
        foreach (var twice in all.GroupBy(k => k.Name).Where(g => g.Count() > 1))
            reader.Refuse(List, null, $"each name once; '{twice.Key}' is there {twice.Count()} times");
        foreach (var twice in all.GroupBy(k => Convert.ToHexString(k.Hash.Span)).Where(g => g.Count() > 1))
            reader.Refuse(List, null, $"each hash once; {string.Join(" and ", twice.Select(k => $"'{k.Name}'"))} have the same");
        return keys;
    }

    /// <summary>Reads a quota; null for none.</summary>
    public static int? Quota(SettingsReader reader, string meaning) =>
        reader.Whole("RequestsPerMinute", 0, 0, MaxQuota, meaning) is > 0 and var quota ? (int)quota : null;

    private static ApiKey? Read(SettingsReader reader)
    {
        var known = string.Join(", ", Scopes.Names);
        var name = reader.Text("Name", NameForm, "What the key is called in the log and in the audit trail.") ?? "";
        var hash = ApiKey.ParseHash(reader.Text("Hash", Hashes, "What the key is recognised by.") ?? "");
        var scopes = reader.Texts("Scopes", known, "What its caller may do, as a list or with commas.");
        var models = reader.Texts("Models", ModelNames, "The models its caller may use, as a list or with commas; all unless given.");
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
            : new ApiKey(name, hash, [.. scopes.Select(Scopes.Find).OfType<Scope>()], models.Count > 0 ? models : null, quota, expires);
    }
}
