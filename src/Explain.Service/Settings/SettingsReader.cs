using System.Globalization;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Settings;

/// <summary>Reads settings one by one and collects everything that is wrong with them, instead of stopping at the first.</summary>
internal sealed class SettingsReader(IConfigurationSection section, string? main = null)
{
    /// <summary>Name of the section with all settings.</summary>
    public const string Root = "Explain";

    private static readonly string[] SecretWords = ["Key", "Hash", "Secret", "Password", "Token", "Connection"];

    private readonly List<string> _known = [];
    private readonly List<string> _problems = [];
    private readonly List<SettingsReader> _sections = [];

    public long Whole(string key, long fallback, long low, long high) =>
        Read(key, fallback, $"a whole number from {low} to {high}", text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high
                ? value
                : null
        );

    public bool Flag(string key, bool fallback) =>
        Read(key, fallback, "true or false", text => bool.TryParse(text, out var value) ? value : null);

    public T OneOf<T>(string key, T fallback)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        return Read<T>(key, fallback, string.Join(", ", names).ToLowerInvariant(), text =>
            names.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null
        );
    }

    /// <summary>A moment, like 2027-01-31T00:00:00Z; UTC when no offset is given.</summary>
    public DateTimeOffset? Instant(string key) =>
        Text(key) is null
            ? null
            : Read(key, DateTimeOffset.MinValue, "a moment like 2027-01-31T00:00:00Z", text =>
                DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null
            );

    public string? Directory(string key)
    {
        if (Text(key) is not { } path)
            return null;
        if (!System.IO.Directory.Exists(path))
            Refuse(key, path, "an existing directory");
        return path;
    }

    /// <summary>A text, trimmed; null when it is not set.</summary>
    public string? Text(string key)
    {
        _known.Add(key);
        if (section.GetSection(key).GetChildren().Any())
            Refuse(key, "(an object or a list)", "one value");
        // An empty value is how an environment variable or a compose file says "not set".
        var text = section[key]?.Trim() is { Length: > 0 } own ? own : null;
        if (key != main || section.Value?.Trim() is not { Length: > 0 } whole)
            return text;
        if (text is not null && !text.Equals(whole, StringComparison.OrdinalIgnoreCase))
            Refuse(key, text, $"the same as {section.Path} = '{whole}', or only one of the two");
        return whole;
    }

    /// <summary>A list of texts: its entries, or one value with commas.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        _known.Add(key);
        var entries = section.GetSection(key).GetChildren().Select(c => c.Value).ToArray();
        return [.. (entries.Length > 0 ? entries : (section[key] ?? "").Split(',')).Select(t => t?.Trim() ?? "").Where(t => t.Length > 0)];
    }

    /// <summary>The settings of a part; what is wrong with them is reported with the others.</summary>
    public SettingsReader Section(string key)
    {
        RefuseText(key, "an object");
        return Inner(section.GetSection(key));
    }

    /// <summary>The settings of a part; given as one value, that is the one called <paramref name="mainKey"/>.</summary>
    public SettingsReader Section(string key, string mainKey)
    {
        _known.Add(key);
        return Inner(section.GetSection(key), mainKey);
    }

    /// <summary>The entries of a list of objects.</summary>
    public IReadOnlyList<SettingsReader> Sections(string key)
    {
        RefuseText(key, "a list of objects");
        return [.. section.GetSection(key).GetChildren().Select(entry => Inner(entry))];
    }

    /// <summary>Notes that a setting is wrong. The value is not shown where the name says that it may be a secret.</summary>
    public void Refuse(string key, string? value, string allowed) =>
        _problems.Add($"{section.Path}:{key} = {Shown(key, value)} is not allowed; allowed: {allowed}");

    /// <summary>Everything that is wrong, keys that nothing reads included.</summary>
    public IReadOnlyList<string> Finish()
    {
        foreach (var stray in section.GetChildren().Where(c => !_known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            _problems.Add(
                $"{stray.Path} = {Shown(stray.Path, stray.Value)} is no setting;{Spelling.Hint(stray.Key, _known)} allowed: "
                    + $"{string.Join(", ", _known)}"
            );
        }

        return [.. _problems, .. _sections.SelectMany(s => s.Finish())];
    }

    private T Read<T>(string key, T fallback, string allowed, Func<string, T?> parse)
        where T : struct
    {
        if (Text(key) is not { } text)
            return fallback;
        if (parse(text) is { } value)
            return value;
        Refuse(key, text, allowed);
        return fallback;
    }

    // What should have several values and has one would count as not set.
    private void RefuseText(string key, string allowed)
    {
        _known.Add(key);
        if (!string.IsNullOrWhiteSpace(section[key]))
            Refuse(key, section[key], allowed);
    }

    private static string Shown(string name, string? value) =>
        SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? "(not shown)" : $"'{value}'";

    private SettingsReader Inner(IConfigurationSection inner, string? mainKey = null)
    {
        var reader = new SettingsReader(inner, mainKey);
        _sections.Add(reader);
        return reader;
    }
}
