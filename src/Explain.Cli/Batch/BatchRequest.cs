using System.Text.Json.Nodes;
using Explain.Cli.Image;
using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Output;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;

namespace Explain.Cli.Batch;

/// <summary>What is asked for every item.</summary>
/// <param name="Parameters">Method, target and drawing.</param>
/// <param name="Given">The parameters as they were written.</param>
/// <param name="InputFiles">NumPy files for inputs beside the image, NAME=FILE.</param>
/// <param name="Format">What is written beside the rows; null for nothing.</param>
internal sealed record BatchRequest(
    RequestParameters Parameters,
    IReadOnlyList<KeyValuePair<string, string>> Given,
    IReadOnlyList<string> InputFiles,
    AnswerFormat? Format
)
{
    /// <summary>The name of the choice to write rows alone.</summary>
    public const string NoFiles = "none";

    /// <summary>The job this makes with a model and a source.</summary>
    public JobDescription Describe(ModelDescription model, string source, int shards) =>
        new(
            new JsonObject
            {
                ["source"] = source,
                ["model"] = ModelFacts.Of(model),
                ["format"] = Format?.ToString().ToLowerInvariant() ?? NoFiles,
                ["parameters"] = new JsonObject(
                    Given
                        .Where(Matters)
                        .OrderBy(g => g.Key, StringComparer.Ordinal)
                        .Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Value))
                ),
                ["inputs"] = new JsonObject(
                    InputFiles
                        .Select(InputArguments.Split)
                        .Select(input => KeyValuePair.Create(input.Name, (JsonNode?)ModelFacts.Digest(File.ReadAllBytes(input.File))))
                ),
            },
            shards
        );

    // To write down a default is to ask for nothing else.
    private static bool Matters(KeyValuePair<string, string> given)
    {
        var plain = new RequestParameters();
        return ParameterTable.All.First(p => p.Name == given.Key).Apply(plain, given.Value) != plain;
    }
}
