using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Why one class (or contrast of classes), or another scalar of an output, got its value.</summary>
/// <param name="Method">Method id.</param>
/// <param name="Layer">Target layer: a tensor name of the graph.</param>
/// <param name="Score">What was differentiated: <c>logit</c>, <c>probability</c>, ….</param>
/// <param name="Target">The explained class; null when it is no class.</param>
/// <param name="Map">The raw map.</param>
/// <param name="Regions">Regions above the threshold, with their boxes, largest score first.</param>
/// <param name="Diagnostics">What the reader should know before trusting the map.</param>
public sealed record TargetExplanation(
    string Method,
    string Layer,
    string Score,
    Prediction? Target,
    SaliencyMap Map,
    IReadOnlyList<FoundRegion> Regions,
    IReadOnlyList<Diagnostic> Diagnostics
)
{
    /// <summary>What is explained where it is no class; else null.</summary>
    public OutputFacts? Output { get; init; }

    /// <summary>The boxes of the regions, in original pixels, largest score first.</summary>
    public IReadOnlyList<Box> Boxes => [.. Regions.Select(r => r.Box)];

    /// <summary>What is explained, in a few words.</summary>
    public string Name => Output?.Name ?? Target!.Label ?? $"class {Target.Index}";

    /// <summary>The number that stands for it: a probability where there is one.</summary>
    public double Value => Output?.Value ?? Target!.Probability ?? Target.Logit;

    /// <summary>Tells explanations of one target by several methods from those of others.</summary>
    public (int? Class, OutputFacts? Output) Subject => (Target?.Index, Output);

    /// <summary>How far the method came before its deadline; null when it came to its end.</summary>
    public Progress? Partial { get; init; }

    /// <summary>How well the method's values add up, where they should; else null.</summary>
    public Completeness? Completeness { get; init; }

    /// <summary>The channels that weigh most for and against the target; null unless asked for.</summary>
    public IReadOnlyList<ChannelEvidence>? Channels { get; init; }

    /// <summary>The mean of each feature map (the paper's F_k), [C]; null unless asked for.</summary>
    public IReadOnlyList<float>? Features { get; init; }

    /// <summary>How far the score follows the map; null unless asked for.</summary>
    public Faithfulness? Faithfulness { get; init; }
}

/// <summary>One channel's part in an explanation: with a name, the textual explanation of the Grad-CAM paper (section 7).</summary>
/// <param name="Index">Number of the channel, from 0.</param>
/// <param name="Name">What the channel stands for, where <c>model.json</c> names it.</param>
/// <param name="Weight">α_k: that of the method where it weighs feature maps, else Grad-CAM's (eq. 1).</param>
/// <param name="Map">The feature map A_k.</param>
public sealed record ChannelEvidence(int Index, string? Name, float Weight, SaliencyMap Map);

/// <summary>Milliseconds spent in each stage.</summary>
/// <param name="Decode">Bytes to pixels.</param>
/// <param name="Preprocess">Pixels to tensor.</param>
/// <param name="Queue">Waiting for a turn.</param>
/// <param name="Run">ONNX Runtime, forward and backward.</param>
/// <param name="Map">Feature maps and gradients to the map, boxes included.</param>
/// <param name="Render">Map to encoded image; 0 until an image is asked for.</param>
public sealed record Timings(double Decode, double Preprocess, double Queue, double Run, double Map, double Render)
{
    /// <summary>Those of the engine.</summary>
    internal static Timings Of(RequestTrace trace, TimeSpan run, TimeSpan map) =>
        new(Round(trace[Stage.Decode]), Round(trace[Stage.Preprocess]), Round(trace[Stage.Queue]), Round(run), Round(map), 0);

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

/// <summary>Which model answered.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Version.</param>
/// <param name="Sha256">SHA-256 of its file followed by the files of its weights in the order of their names, lower-case hex.</param>
public sealed record ModelIdentity(string Name, string Version, string Sha256)
{
    /// <summary>The identity of a described model.</summary>
    internal static ModelIdentity Of(ModelDescription description) => new(description.Name, description.Version, description.Sha256);
}

/// <summary>The classes of one image.</summary>
/// <param name="Model">Which model answered.</param>
/// <param name="Geometry">Where the model's input lies on the image.</param>
/// <param name="Image">The decoded image.</param>
/// <param name="Predictions">Top classes, best first.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record PredictionAnswer(
    ModelIdentity Model,
    Geometry Geometry,
    Picture Image,
    IReadOnlyList<Prediction> Predictions,
    Timings Timings
);

/// <summary>The answer to one request: one image, one or more targets.</summary>
/// <param name="Id">SHA-256 over image, model and every parameter that changes the answer: <c>sha256:…</c>.</param>
/// <param name="Model">Which model answered.</param>
/// <param name="Geometry">Where the model's input lies on the image.</param>
/// <param name="Image">The decoded image.</param>
/// <param name="Predictions">Top classes, best first; empty for a model without class scores.</param>
/// <param name="Targets">One for each target, in the order asked for.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record Explanation(
    string Id,
    ModelIdentity Model,
    Geometry Geometry,
    Picture Image,
    IReadOnlyList<Prediction> Predictions,
    IReadOnlyList<TargetExplanation> Targets,
    Timings Timings
)
{
    /// <summary>One a class; empty for a model without class scores.</summary>
    public IReadOnlyList<float> Probabilities { get; init; } = [];
}
