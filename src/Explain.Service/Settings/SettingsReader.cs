using System.Globalization;
using Explain.Engine.Parameters;

namespace Explain.Service.Settings;

/// <summary>Reads settings one by one and collects everything that is wrong with them, instead of stopping at the first.</summary>
internal sealed class SettingsReader(IConfigurationSection section)
{
    private readonly List<string> _known = [];
    private readonly List<string> _problems = [];

    public long Whole(string key, long fallback, long low, long high) =>
        Read(key, fallback, $"a whole number from {low} to {high}", text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value : null);

    public bool Flag(string key, bool fallback) =>
        Read(key, fallback, "true or false", text => bool.TryParse(text, out var value) ? value : null);

    public T OneOf<T>(string key, T fallback)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        return Read<T>(key, fallback, string.Join(", ", names).ToLowerInvariant(), text =>
            names.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null);
    }

    public string? Directory(string key)
    {
        if (Text(key) is not { } path) return null;
        if (!System.IO.Directory.Exists(path)) Refuse(key, path, "an existing directory");
        return path;
    }

    /// <summary>Notes that a setting is wrong.</summary>
    public void Refuse(string key, string? value, string allowed) =>
        _problems.Add($"{section.Key}:{key} = '{value}' is not allowed; allowed: {allowed}");

    /// <summary>Everything that is wrong, keys that nothing reads included.</summary>
    public IReadOnlyList<string> Finish()
    {
        foreach (var stray in section.GetChildren().Where(c => !_known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            _problems.Add($"{stray.Path} = '{stray.Value}' is no setting;{Spelling.Hint(stray.Key, _known)} allowed: {string.Join(", ", _known)}");
        return _problems;
    }

    private T Read<T>(string key, T fallback, string allowed, Func<string, T?> parse)
        where T : struct
    {
        if (Text(key) is not { } text) return fallback;
        if (parse(text.Trim()) is { } value) return value;
        Refuse(key, text, allowed);
        return fallback;
    }

    // An empty value is how an environment variable or a compose file says "not set".
    private string? Text(string key)
    {
        _known.Add(key);
        if (section.GetSection(key).GetChildren().Any()) Refuse(key, "(an object or a list)", "one value");
        return section[key] is { } text && text.Trim().Length > 0 ? text : null;
    }
}
