using System.Text.Json;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Targets.Outputs;

/// <summary>A target that is no class, as it was asked for: <c>{"output":"logits","index":[4],"region":"predicted"}</c>.</summary>
/// <param name="Output">Name of the tensor.</param>
/// <param name="Axis">Axis of the classes, counted as in the graph; null for the usual one.</param>
/// <param name="Rule">How the scalar is made.</param>
internal sealed record OutputTarget(string Output, int? Axis, IOutputRule Rule)
{
    private static readonly string[] Common = ["output", "axis"];

    /// <summary>Reads a JSON object.</summary>
    /// <exception cref="FormatException">It is something else; the message continues "target: ".</exception>
    public static OutputTarget Read(JsonElement element, ImageReader images)
    {
        var members = new TargetMembers(element);
        var form = TargetForms.All.First(f => f.Members.Count == 0 || members.Has(f.Members[0]));
        string[] known = [.. Common, .. form.Members];
        if (members.Names.FirstOrDefault(n => !known.Contains(n)) is { } unknown)
        {
            throw new FormatException(
                AllMembers.Contains(unknown)
                    ? $"{unknown} and {form.Members[0]} do not go together"
                    : $"there is no member '{Spelling.Shown(unknown)}';{Spelling.Hint(unknown, AllMembers)} allowed: "
                        + $"{string.Join(", ", AllMembers)}"
            );
        }

        var axis = members.Has("axis") ? (int)members.Place("axis") : (int?)null;
        if (axis == 0)
            throw new FormatException("axis 0 is the batch; the axis of the classes is counted from 1");
        return new OutputTarget(members.Text("output"), axis, form.Read(members, images));
    }

    private static IReadOnlyList<string> AllMembers { get; } = [.. Common.Concat(TargetForms.All.SelectMany(f => f.Members)).Distinct()];
}
