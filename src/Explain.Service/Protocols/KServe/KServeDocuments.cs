using System.Text.Json;
using System.Text.Json.Serialization;
using Explain.Engine.Answers;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.KServe;

/// <summary>The models.</summary>
/// <param name="Models">Names of those that are ready.</param>
public sealed record V1Models(IReadOnlyList<string> Models);

/// <summary>Whether a model is ready.</summary>
/// <param name="Name">Name.</param>
/// <param name="Ready">Whether it can answer.</param>
public sealed record V1Model(string Name, bool Ready);

/// <summary>What is to be predicted or explained.</summary>
/// <param name="Instances">Images, <c>{"image":{"b64":"…"}}</c>, <c>{"b64":"…"}</c>, <c>{"image_bytes":{"b64":"…"}}</c> or
/// <c>{"data":"…"}</c>, each with parameters of its own if need be; or nested numbers, the model's own input.</param>
/// <param name="Inputs">Another name for instances.</param>
/// <param name="Parameters">The native API's, for all instances.</param>
public sealed record V1Request(
    IReadOnlyList<JsonElement>? Instances = null,
    IReadOnlyList<JsonElement>? Inputs = null,
    IReadOnlyDictionary<string, JsonElement>? Parameters = null
);

/// <summary>What the model says of each instance.</summary>
/// <param name="Predictions">A probability for each class; for a model without class scores what it computes.</param>
public sealed record V1Predictions(IReadOnlyList<IReadOnlyList<float>> Predictions);

/// <summary>What the model says of each instance, and why.</summary>
/// <param name="Predictions">A probability for each class; for a model without class scores what it computes.</param>
/// <param name="Explanations">One for each instance.</param>
public sealed record V1Explanations(IReadOnlyList<IReadOnlyList<float>> Predictions, IReadOnlyList<V1Explanation> Explanations);

/// <summary>Why an instance got its score.</summary>
/// <param name="Method">Method id.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Score">What was differentiated.</param>
/// <param name="Target">The explained class with its scores, or what else was explained.</param>
/// <param name="Heatmap">The raw map.</param>
/// <param name="Boxes">Regions above the threshold, in original pixels; none for numbers.</param>
/// <param name="Mask">The pixels of the regions, with <c>include=masks</c>.</param>
/// <param name="Polygons">The outer border of each region, with <c>include=polygons</c>.</param>
/// <param name="Diagnostics">Coded warnings.</param>
/// <param name="Image">The rendered image, with <c>include=image</c>.</param>
public sealed record V1Explanation(
    string Method,
    string Layer,
    string Score,
    object Target,
    V1Heatmap Heatmap,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Box>? Boxes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MaskDocument? Mask,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IReadOnlyList<int>>? Polygons,
    IReadOnlyList<Diagnostic> Diagnostics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PictureDocument? Image
);

/// <summary>What is explained where it is no class.</summary>
/// <param name="Value">The number that was differentiated.</param>
public sealed record V1Value(float Value);

/// <summary>A raw map: values as the method defines them, nothing scaled.</summary>
/// <param name="Shape">Extents: rows and columns, or channels, rows and columns for numbers explained in pixel space.</param>
/// <param name="Datatype">Always <c>FP32</c>.</param>
/// <param name="Data">Row-major.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
public sealed record V1Heatmap(IReadOnlyList<long> Shape, string Datatype, IReadOnlyList<float> Data, float Min, float Max)
{
    /// <summary>A map, written.</summary>
    public static V1Heatmap Of(IReadOnlyList<long> shape, float[] values) => new(shape, "FP32", values, values.Min(), values.Max());
}
