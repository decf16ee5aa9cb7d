using System.Globalization;
using System.Text.RegularExpressions;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>
/// Finds the class of a model that an annotation's label is. The first of these that fits any class decides: the caller's own list; a
/// label of the model, letter by letter; a label in other case; one of the synonyms between the commas of a label, as ImageNet has them,
/// where any synonym of the annotation's will do; the class index in digits; the WordNet id that a label of the model begins with.
/// </summary>
public sealed partial class LabelMatcher
{
    private const int Listed = 5;

    private readonly int _classes;
    private readonly IReadOnlyDictionary<string, int> _chosen;
    private readonly bool _labelled;
    private readonly ILookup<string, int> _whole;
    private readonly ILookup<string, int> _wholeInAnyCase;
    private readonly ILookup<string, int> _synonyms;
    private readonly ILookup<string, int> _wordNet;

    /// <summary>Prepares for a model.</summary>
    /// <param name="labels">Its labels, by class index; empty where it has none.</param>
    /// <param name="classes">How many classes it has.</param>
    /// <param name="chosen">The caller's own list, see <see cref="ClassIndices"/>; null for none.</param>
    /// <exception cref="FormatException">The list has an index that is no class.</exception>
    public LabelMatcher(IReadOnlyList<string> labels, int classes, IReadOnlyDictionary<string, int>? chosen = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        (_classes, _chosen, _labelled) = (classes, chosen ?? new Dictionary<string, int>(), labels.Count > 0);
        if (_chosen.FirstOrDefault(pair => pair.Value >= classes) is { Key: { } key, Value: var index })
            throw new FormatException($"'{Spelling.Shown(key)}' is said to be class {index}; the model's go from 0 to {classes - 1}");

        var all = labels.Take(classes).Index().ToArray();
        (string Name, int Index)[] names =
        [
            .. all.SelectMany(l => new[] { l.Item, WordNetId().Replace(l.Item, "") }.Distinct().Select(name => (name.Trim(), l.Index))),
        ];
        _whole = names.ToLookup(n => n.Name, n => n.Index, StringComparer.Ordinal);
        _wholeInAnyCase = names.ToLookup(n => n.Name, n => n.Index, StringComparer.OrdinalIgnoreCase);
        _synonyms = names
            .SelectMany(n => Synonyms(n.Name).Select(name => (Name: name, n.Index)))
            .ToLookup(n => n.Name, n => n.Index, StringComparer.OrdinalIgnoreCase);
        _wordNet = all.Where(l => WordNetId().IsMatch(l.Item)).ToLookup(l => l.Item[..9], l => l.Index, StringComparer.Ordinal);
    }

    /// <summary>The class of every label of annotations.</summary>
    /// <param name="images">The annotations.</param>
    /// <param name="leaveOutUnknown">Whether labels that are no class are left out rather than refused.</param>
    /// <returns>Class index by label; labels that were left out are not in it.</returns>
    /// <exception cref="FormatException">Labels are no class, or several: how many, and a few of them; or none is left.</exception>
    public IReadOnlyDictionary<string, int> Match(IEnumerable<AnnotatedImage> images, bool leaveOutUnknown = false)
    {
        var found = images
            .SelectMany(image => image.Objects)
            .Select(o => o.Label)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(label => label, Find, StringComparer.Ordinal);
        string[] unknown = [.. found.Where(f => f.Value.Count == 0).Select(f => $"'{Spelling.Shown(f.Key)}'")];
        string[] several =
        [
            .. found.Where(f => f.Value.Count > 1).Select(f => $"'{Spelling.Shown(f.Key)}' ({string.Join(", ", f.Value.Take(Listed))})"),
        ];
        var none = unknown.Length == found.Count && found.Count > 0;
        var wrong = new List<string>();
        if (unknown.Length > 0 && (!leaveOutUnknown || none))
            wrong.Add($"{unknown.Length} of {found.Count} labels are no class of the model: {Few(unknown)}; {Allowed}");
        if (several.Length > 0)
            wrong.Add($"{several.Length} of {found.Count} labels are several classes: {Few(several)}; name them by their index");
        return wrong.Count == 0
            ? found.Where(f => f.Value.Count == 1).ToDictionary(f => f.Key, f => f.Value[0], StringComparer.Ordinal)
            : throw new FormatException(string.Join(". ", wrong));
    }

    private string Allowed =>
        (_labelled ? "a label is one of the model's, one of the synonyms between its commas, " : "the model has no labels, so a label is ")
        + $"a class index from 0 to {_classes - 1}, a WordNet id that the model's labels begin with, or in a list of indices";

    /// <summary>The classes that a label is: one, or none, or several that it does not tell apart; ascending.</summary>
    /// <param name="label">The label.</param>
    public IReadOnlyList<int> Find(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var name = label.Trim();
        if (_chosen.TryGetValue(name, out var chosen))
            return [chosen];
        IEnumerable<int>[] ways =
        [
            _whole[name],
            _wholeInAnyCase[name],
            Synonyms(name).SelectMany(synonym => _synonyms[synonym]),
            int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _classes ? [index] : [],
            _wordNet[name],
        ];
        return ways.Select(way => way.Distinct().Order().ToArray()).FirstOrDefault(way => way.Length > 0) ?? [];
    }

    private static string[] Synonyms(string label) =>
        label.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Few(string[] all) => string.Join(", ", all.Take(Listed)) + (all.Length > Listed ? ", …" : "");

    [GeneratedRegex(@"^n\d{8}(?!\d)[\s_:,-]*")]
    private static partial Regex WordNetId();
}
