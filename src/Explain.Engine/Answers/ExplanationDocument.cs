using System.Text.Json.Serialization;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Answers;

/// <summary>The JSON answer to an explain request.</summary>
/// <param name="Id">Digest of image, model and every parameter that changes the answer.</param>
/// <param name="Model">Which model answered.</param>
/// <param name="Image">How the image was read.</param>
/// <param name="Predictions">Top classes, best first; empty for a model without class scores.</param>
/// <param name="Explanations">One for each target, in the order asked for.</param>
/// <param name="Timings">Milliseconds in each stage.</param>
public sealed record ExplanationDocument(
    string Id,
    ModelIdentity Model,
    ImageFacts Image,
    IReadOnlyList<Prediction> Predictions,
    IReadOnlyList<TargetDocument> Explanations,
    Timings Timings
);

/// <summary>The JSON answer to a predict request.</summary>
/// <param name="Model">Which model answered.</param>
/// <param name="Image">How the image was read.</param>
/// <param name="Predictions">Top classes, best first.</param>
/// <param name="Timings">Milliseconds in each stage.</param>
public sealed record PredictionDocument(ModelIdentity Model, ImageFacts Image, IReadOnlyList<Prediction> Predictions, Timings Timings);

/// <summary>How an image was read.</summary>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
/// <param name="OrientationApplied">Whether an EXIF orientation was applied.</param>
/// <param name="Region">The part that the model saw.</param>
/// <param name="Input">Where the model's whole input, and so every map, lies: original pixels, beyond the image where padded.</param>
public sealed record ImageFacts(int Width, int Height, bool OrientationApplied, PixelRect Region, Rect Input)
{
    /// <summary>The facts of a decoded image.</summary>
    public static ImageFacts Of(Picture image, Geometry geometry) =>
        new(image.Width, image.Height, image.OrientationApplied, geometry.Region, geometry.Input);
}

/// <summary>Why one class got its score.</summary>
/// <param name="Method">Method id.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Score">What was differentiated.</param>
/// <param name="Target">The explained class with its scores (<see cref="Prediction"/>), or what else was explained with its value
/// (<see cref="Objectives.OutputFacts"/>).</param>
/// <param name="Map">The raw map, if included.</param>
/// <param name="Boxes">Regions above the threshold, in original pixels, if included.</param>
/// <param name="Mask">The pixels of the regions, holes left out, if included.</param>
/// <param name="Polygons">The outer border of each region, as COCO writes polygons: [x1, y1, x2, y2, …] in original pixels, along the edges
/// of pixels; in the order of the boxes, if included.</param>
/// <param name="Diagnostics">Coded warnings.</param>
/// <param name="Partial">How far the method came before its deadline; missing when it came to its end.</param>
/// <param name="Completeness">How well the method's values add up, where they should.</param>
/// <param name="Channels">The channels that weigh most for the target, then those against it, if included.</param>
/// <param name="Features">The mean of each feature map, if included.</param>
/// <param name="Faithfulness">How far the score follows the map, if included.</param>
/// <param name="Image">The rendered image, if included.</param>
public sealed record TargetDocument(
    string Method,
    string Layer,
    string Score,
    object Target,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MapDocument? Map,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Box>? Boxes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MaskDocument? Mask,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IReadOnlyList<int>>? Polygons,
    IReadOnlyList<Diagnostic> Diagnostics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Progress? Partial,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Completeness? Completeness,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChannelDocument>? Channels,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<float>? Features,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Faithfulness? Faithfulness,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PictureDocument? Image
);

/// <summary>One channel's part in an explanation.</summary>
/// <param name="Index">Number of the channel, from 0.</param>
/// <param name="Name">What it stands for, where <c>model.json</c> names it.</param>
/// <param name="Weight">α_k.</param>
/// <param name="Sign"><c>positive</c> when it speaks for the target, <c>negative</c> when against it.</param>
/// <param name="Map">The feature map.</param>
public sealed record ChannelDocument(
    int Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    float Weight,
    string Sign,
    MapDocument Map
);

/// <summary>A raw map: values as the method defines them, nothing scaled.</summary>
/// <param name="Shape">Rows and columns.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="PositiveShare">Share of the values above 0 before the method's own ReLU.</param>
/// <param name="Data">Row-major.</param>
public sealed record MapDocument(IReadOnlyList<int> Shape, float Min, float Max, float PositiveShare, IReadOnlyList<float> Data)
{
    /// <summary>A map, written.</summary>
    public static MapDocument Of(SaliencyMap map) => new([map.Height, map.Width], map.Min, map.Max, map.PositiveShare, map.Values);
}

/// <summary>An image inside a JSON answer.</summary>
/// <param name="ContentType">Media type.</param>
/// <param name="B64">The file in base64.</param>
public sealed record PictureDocument(string ContentType, byte[] B64);
