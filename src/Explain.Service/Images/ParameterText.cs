using System.Text.Json;

namespace Explain.Service.Images;

/// <summary>The text of a parameter that came as JSON.</summary>
internal static class ParameterText
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "must be a string, a number or a boolean";

    /// <summary>The text, or null for a value of another kind.</summary>
    public static string? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
