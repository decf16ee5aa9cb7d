using System.Collections.Frozen;

namespace Explain.Evaluation.Annotations;

/// <summary>The names of the pictures that annotations speak of, found in their folder where one is given.</summary>
internal sealed class PictureFolder
{
    private const int Listed = 5;

    private static readonly FrozenSet<string> Extensions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"]
    );

    private readonly AnnotationOptions _options;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byStem = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ambiguous = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>Lists the folder, if there is one.</summary>
    /// <exception cref="FormatException">It is not there.</exception>
    public PictureFolder(AnnotationOptions options)
    {
        _options = options;
        if (options.Pictures is not { } folder)
            return;
        if (!Directory.Exists(folder))
            throw new FormatException($"'{folder}' is no folder; it is to hold the pictures");
        foreach (var name in AnnotationFiles.Below(folder))
        {
            _names.Add(name);
            if (Extensions.Contains(Path.GetExtension(name)) && !_byStem.TryAdd(Stem(name), name))
                _ambiguous.Add(Stem(name));
        }
    }

    /// <summary>The picture of the first name that has one; null, and remembered, where none does.</summary>
    /// <param name="place">Where the names stand.</param>
    /// <param name="names">Its possible names, counted from the folder, perhaps without their extension.</param>
    /// <exception cref="FormatException">A name is none, or fits several pictures.</exception>
    public string? Find(Place place, params IReadOnlyList<string> names)
    {
        string[] clean = [.. names.Select(name => Clean(place, name))];
        if (_options.Pictures is null)
            return clean[0];
        foreach (var name in clean)
        {
            if (_names.Contains(name))
                return name;
            foreach (var stem in (string[])[name, Stem(name)])
            {
                if (_ambiguous.Contains(stem))
                    throw place.Refusal($"names '{name}', and '{_options.Pictures}' has several pictures of that name");
                if (_byStem.TryGetValue(stem, out var found))
                    return found;
            }
        }
        _missing.Add(clean[0]);
        return null;
    }

    /// <summary>Refuses annotations of pictures that were not found, unless they are to be left out.</summary>
    /// <param name="source">The annotations.</param>
    /// <exception cref="FormatException">Some were not.</exception>
    public void RequireAll(string source)
    {
        if (_missing.Count == 0 || _options.LeaveOutMissing)
            return;
        var (few, more) = (string.Join(", ", _missing.Take(Listed).Select(name => $"'{name}'")), _missing.Count > Listed ? ", …" : "");
        throw new FormatException($"'{source}' speaks of {_missing.Count} pictures that are not in '{_options.Pictures}': {few}{more}");
    }

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];

    // Nothing outside the folder is ever opened.
    private static string Clean(Place place, string name)
    {
        string[] parts = [.. name.Trim().Replace('\\', '/').Split('/').Where(part => part is not ".")];
        return parts.All(part => part is not ("" or "..") && !part.Any(char.IsControl)) && !parts[0].EndsWith(':') && parts.Length > 0
            ? string.Join('/', parts)
            : throw place.Refusal($"has '{Engine.Vocabulary.Spelling.Shown(name)}' for a picture; its path is counted from their folder");
    }
}
