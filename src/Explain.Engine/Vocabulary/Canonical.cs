using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Explain.Engine.Vocabulary;

/// <summary>
/// The one writing of facts from which names of answers are made: whole records in JSON, so that a member that is added is part of the name.
/// </summary>
public static class Canonical
{
    private static readonly JsonSerializerOptions Options = new()
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>SHA-256 of facts, lower-case hex.</summary>
    public static string Digest(object facts) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(facts, Options)));
}
