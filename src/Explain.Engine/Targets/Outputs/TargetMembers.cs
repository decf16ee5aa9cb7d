using System.Text.Json;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>
/// The members of a JSON object in a target. Each reader throws <see cref="FormatException"/> with a message that continues "target: ".
/// </summary>
internal sealed class TargetMembers
{
    private const int MaxIndex = 8;
    private readonly Dictionary<string, JsonElement> _members;

    /// <summary>Takes an object apart.</summary>
    public TargetMembers(JsonElement element)
    {
        _members = element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
    }

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => _members.Keys;

    /// <summary>Whether there is one of that name.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>Checks that there is nothing else.</summary>
    public TargetMembers Only(string name) =>
        _members.Count == 1 && Has(name)
            ? this
            : throw new FormatException(
                $"has {(_members.Count == 0 ? "an empty object" : string.Join(", ", _members.Keys.Select(Spelling.Shown)))} where "
                    + $"only {name} is allowed"
            );

    /// <summary>A text, or null for another kind of value.</summary>
    public string? TryText(string name) => _members[name].ValueKind == JsonValueKind.String ? _members[name].GetString() : null;

    /// <summary>A text.</summary>
    public string Text(string name) =>
        Has(name) && TryText(name) is { Length: > 0 } text ? text : throw new FormatException($"{name} must be a text");

    /// <summary>An object.</summary>
    public TargetMembers Object(string name) =>
        _members[name].ValueKind == JsonValueKind.Object
            ? new TargetMembers(_members[name])
            : throw new FormatException($"{name} must be an object");

    /// <summary>Base64.</summary>
    public byte[] Bytes(string name) =>
        Has(name) && Base64Text.Decode(_members[name]) is { Length: > 0 } bytes
            ? bytes
            : throw new FormatException($"{name} is not valid base64");

    /// <summary>A whole number from 0, or 0 when there is none.</summary>
    public long Place(string name) => !Has(name) ? 0 : Place(name, _members[name]);

    /// <summary>Whole numbers from 0.</summary>
    public long[] Places(string name, int most) => [.. Items(name, most).Select(item => Place(name, item))];

    /// <summary>Whole numbers from 0, labels, and <c>max</c>; a single one needs no brackets.</summary>
    public IndexEntry[] Index(string name) =>
        _members[name].ValueKind == JsonValueKind.Array
            ? [.. Items(name, MaxIndex).Select(item => Entry(name, item))]
            : [Entry(name, _members[name])];

    /// <summary>Numbers in rows of one length.</summary>
    public IReadOnlyList<float[]> Rows(string name)
    {
        var (shape, values) = Nested(name);
        return shape.Count == 2 ? [.. values.Chunk((int)shape[1])] : throw new FormatException($"{name} must be rows of numbers");
    }

    /// <summary>Numbers nested to any depth, each level of one length.</summary>
    public (IReadOnlyList<long> Shape, float[] Values) Nested(string name)
    {
        var shape = new List<long>();
        for (var level = _members[name]; level.ValueKind == JsonValueKind.Array && level.GetArrayLength() > 0; level = level[0])
            shape.Add(level.GetArrayLength());
        if (shape.Count == 0)
            throw new FormatException($"{name} must be an array of numbers");
        var values = new List<float>();
        Collect(_members[name], 0);
        return (shape, values.ToArray());

        void Collect(JsonElement element, int depth)
        {
            if (depth == shape.Count)
            {
                if (element.ValueKind != JsonValueKind.Number || !element.TryGetSingle(out var value) || !float.IsFinite(value))
                    throw new FormatException($"{name} holds something that is no finite number");
                values.Add(value);
                return;
            }
            if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != shape[depth])
                throw new FormatException($"{name} is not nested evenly");
            foreach (var item in element.EnumerateArray())
                Collect(item, depth + 1);
        }
    }

    private JsonElement.ArrayEnumerator Items(string name, int most)
    {
        var list = _members[name];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0 || list.GetArrayLength() > most)
            throw new FormatException($"{name} must be an array of 1 to {most} entries");
        return list.EnumerateArray();
    }

    private static IndexEntry Entry(string name, JsonElement item) =>
        item.ValueKind == JsonValueKind.String
            ? item.GetString() is "max"
                ? IndexEntry.Largest
                : new IndexEntry(-1, item.GetString())
            : new IndexEntry(Place(name, item), null);

    private static long Place(string name, JsonElement item) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var place) && place is >= 0 and < int.MaxValue
            ? place
            : throw new FormatException($"{name} holds {Spelling.Shown(item.GetRawText())}; allowed: whole numbers from 0");
}
