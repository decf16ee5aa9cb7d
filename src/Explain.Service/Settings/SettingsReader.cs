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
    private readonly List<Setting> _read = [];
    private readonly List<string> _problems = [];
    private readonly List<SettingsReader> _sections = [];

    /// <summary>Every setting that was read, those of parts after those of the whole.</summary>
    public IEnumerable<Setting> Known => [.. _read, .. _sections.SelectMany(s => s.Known)];

    /// <param name="key">The key, below this section; so in all that follow.</param>
    /// <param name="fallback">What holds when it is not set.</param>
    /// <param name="low">The smallest.</param>
    /// <param name="high">The largest.</param>
    /// <param name="meaning">What it does, for the page of settings.</param>
    /// <param name="shown">What that page calls the default, where it depends on the machine.</param>
    public long Whole(string key, long fallback, long low, long high, string meaning, string? shown = null) =>
        Read(key, fallback, shown ?? $"{fallback}", $"a whole number from {low} to {high}", meaning, text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high
                ? value
                : null
        );

    public bool Flag(string key, bool fallback, string meaning, string? shown = null) =>
        Read(key, fallback, shown ?? (fallback ? "true" : "false"), "true or false", meaning, text =>
            bool.TryParse(text, out var value) ? value : null
        );

    public T OneOf<T>(string key, T fallback, string meaning)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        return Read<T>(key, fallback, $"{fallback}".ToLowerInvariant(), string.Join(", ", names).ToLowerInvariant(), meaning, text =>
            names.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null
        );
    }

    /// <summary>A moment, like 2027-01-31T00:00:00Z; UTC when no offset is given.</summary>
    public DateTimeOffset? Instant(string key, string meaning)
    {
        const string allowed = "a moment like 2027-01-31T00:00:00Z";
        if (Text(key, allowed, meaning) is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value))
            return value;
        Refuse(key, text, allowed);
        return DateTimeOffset.MinValue;
    }

    public string? Directory(string key, string meaning)
    {
        const string allowed = "an existing directory";
        if (Text(key, allowed, meaning) is not { } path)
            return null;
        if (!System.IO.Directory.Exists(path))
            Refuse(key, path, allowed);
        return path;
    }

    /// <summary>A text, trimmed; null when it is not set.</summary>
    public string? Text(string key, string allowed, string meaning, string shown = "none")
    {
        Note(key, shown, allowed, meaning);
        return Given(key);
    }

    private string? Given(string key)
    {
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
    public IReadOnlyList<string> Texts(string key, string allowed, string meaning, string shown = "none")
    {
        Note(key, shown, allowed, meaning);
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

    /// <summary>Notes what is wrong with something that a setting names.</summary>
    public void Report(IEnumerable<string> problems) => _problems.AddRange(problems);

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

    private T Read<T>(string key, T fallback, string shown, string allowed, string meaning, Func<string, T?> parse)
        where T : struct
    {
        if (Text(key, allowed, meaning, shown) is not { } text)
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

    private void Note(string key, string shown, string allowed, string meaning)
    {
        _known.Add(key);
        _read.Add(new Setting($"{section.Path}:{key}", shown, allowed, meaning));
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
