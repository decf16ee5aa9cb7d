using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Explain.Engine.Vocabulary;

/// <summary>
/// The one writing of facts from which answers get their names: records in JSON, whole but for what is zero, false or null. So a member
/// that is added is part of every name, and yet the names of answers that do not use it stay.
/// </summary>
public static class Canonical
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>SHA-256 of facts, lower-case hex.</summary>
    public static string Digest(object facts) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(facts, Options)));
}
