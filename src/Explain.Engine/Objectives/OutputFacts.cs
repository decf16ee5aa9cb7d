using System.Text.Json.Serialization;

namespace Explain.Engine.Objectives;

/// <summary>What was explained, where it is no class: a scalar made of an output.</summary>
/// <param name="Output">Name of the tensor.</param>
/// <param name="Value">The scalar.</param>
public sealed record OutputFacts(string Output, double Value)
{
    /// <summary>
    /// The place in an item of the output, as far as it was given; places that were searched for are those that were found.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Index { get; init; }

    /// <summary>The label of the class in the index, where the model has labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary><c>predicted</c> or <c>mask</c>: the places that were summed over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Region { get; init; }

    /// <summary>How many places of the output the region has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RegionSize { get; init; }

    /// <summary>The tokens whose log-probabilities were summed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Tokens { get; init; }

    /// <summary><c>image</c> or <c>vector</c>: what the output was compared with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SimilarTo { get; init; }

    /// <summary>Extents of the weights that were given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Weights { get; init; }

    /// <summary>One short line for captions.</summary>
    [JsonIgnore]
    public string Name =>
        Output
        + (Index is null ? "" : $"[{Label ?? string.Join(',', Index)}]")
        + (Region is null ? "" : $" {Region} region")
        + (Tokens is null ? "" : $" {Tokens.Count} tokens")
        + (SimilarTo is null ? "" : $" similar to {SimilarTo}")
        + (Weights is null ? "" : " weighted");
}
