using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Engine.Answers;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Jobs;

/// <summary>What of a model makes results belong together.</summary>
internal static class ModelFacts
{
    /// <summary>Name, content, labels, what goes in and out, and the default layer.</summary>
    public static JsonObject Of(ModelDescription model)
    {
        var document = ModelDocument.Of(model, []);
        return new JsonObject
        {
            ["name"] = model.Name,
            ["sha256"] = model.Sha256,
            ["labelsSha256"] = Digest(Encoding.UTF8.GetBytes(string.Join('\n', model.Labels))),
            ["input"] = JsonSerializer.SerializeToNode(document.Input, Json.Options),
            ["output"] = JsonSerializer.SerializeToNode(document.Output, Json.Options),
            ["layer"] = model.Layer,
        };
    }

    /// <summary>SHA-256, lower-case hex.</summary>
    public static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
