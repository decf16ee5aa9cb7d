using System.Text.Json;
using Explain.Engine.Parameters;

namespace Explain.Service.Bodies;

/// <summary>The text of a parameter that came as JSON.</summary>
internal static class ParameterText
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "must be a string, a number, a boolean or a list of them";

    /// <summary>The text, or null for a value of another kind.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="value">Its value.</param>
    public static string? Of(string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object or JsonValueKind.Array when ParameterTable.All.Any(p => p.Name == name && p.TakesJson) =>
                value.GetRawText(),
            JsonValueKind.Array => Listed(name, value),
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };

    // ["map","boxes"] is map,boxes: a value that holds a comma itself would be two.
    private static string? Listed(string name, JsonElement list)
    {
        var items = list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Array ? null : Of(name, item)).ToArray();
        return items.Any(item => item is null || item.Contains(',', StringComparison.Ordinal)) ? null : string.Join(',', items);
    }
}
