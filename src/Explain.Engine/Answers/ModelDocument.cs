using System.Text.Json.Serialization;
using Explain.Engine.Images;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Reading;
using Explain.Engine.Targets.Outputs;

namespace Explain.Engine.Answers;

/// <summary>A served model.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Version.</param>
/// <param name="Sha256">SHA-256 of the file followed by the files of its weights in the order of their names, lower-case hex.</param>
/// <param name="Provider">Execution provider in use: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Opset">Opset of the default domain.</param>
/// <param name="Inputs">The graph's inputs.</param>
/// <param name="Outputs">The graph's outputs.</param>
/// <param name="Input">How an image becomes the input.</param>
/// <param name="Output">What is differentiated and what probabilities are.</param>
/// <param name="Targets">The outputs that can be explained, and how each is asked for.</param>
/// <param name="Classes">Number of classes; 0 for a model without class scores.</param>
/// <param name="Labels">Number of labels; 0 when the model has none.</param>
/// <param name="Layer">Default target layer; null when the graph has no spatial feature map.</param>
/// <param name="Layers">Tensors that can be the target layer, from input to output.</param>
/// <param name="Methods">Every method, with the reason where it cannot be done.</param>
/// <param name="MissingGradients">Nodes without a gradient rule.</param>
/// <param name="Guesses">What was not configured, with the reason for each choice.</param>
public sealed record ModelDocument(
    string Name,
    string Version,
    string Sha256,
    string Provider,
    long Opset,
    IReadOnlyList<TensorInfo> Inputs,
    IReadOnlyList<TensorInfo> Outputs,
    InputDocument Input,
    OutputDocument Output,
    IReadOnlyList<ExplainableDocument> Targets,
    int Classes,
    int Labels,
    LayerDocument? Layer,
    IReadOnlyList<CandidateDocument> Layers,
    IReadOnlyList<MethodSupport> Methods,
    IReadOnlyList<MissingGradient> MissingGradients,
    IReadOnlyList<Guess> Guesses
)
{
    /// <summary>What clients see of a description.</summary>
    public static ModelDocument Of(ModelDescription model, IReadOnlyList<MethodSupport> methods) =>
        new(
            model.Name,
            model.Version,
            model.Sha256,
            model.Provider,
            model.Opset,
            model.Inputs,
            model.Outputs,
            InputDocument.Of(model.Input),
            new OutputDocument(model.Logit, model.Activation, Lower(model.Explainable[0].Kind)),
            [
                .. model.Explainable.Select(o => new ExplainableDocument(
                    o.Name,
                    Lower(o.Kind),
                    o.Known ? o.Extents : null,
                    TargetForms.Of(model, o)
                )),
            ],
            model.Classes,
            model.Labels.Count,
            model.Layer is { } layer
                ? new LayerDocument(layer, model.Guesses.FirstOrDefault(g => g.What == "layer")?.Reason ?? "named in model.json")
                : null,
            [
                .. model.Layers.Select(l => new CandidateDocument(
                    l.Name,
                    l.Operator,
                    [l.Channels, l.Height, l.Width],
                    l.Layout.Name,
                    l.Layout.Tokens
                )),
            ],
            methods,
            model.MissingGradients,
            model.Guesses
        );

    private static string Lower(OutputKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>How an image becomes the input: a pixel p in 0..255 becomes <c>(p * scale - mean) / std</c>.</summary>
/// <param name="Name">Name of the graph input.</param>
/// <param name="Layout"><c>NCHW</c> or <c>NHWC</c>.</param>
/// <param name="Color"><c>RGB</c>, <c>BGR</c> or <c>GRAY</c>.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Fit"><c>crop</c>, <c>stretch</c> or <c>pad</c>.</param>
/// <param name="ResizeTo">Length of the shorter side before the centre is cut out; null unless <c>fit</c> is <c>crop</c>.</param>
/// <param name="Interpolation">Filter of the resize.</param>
/// <param name="Alpha">What becomes of alpha: <c>white</c>, <c>black</c> or <c>drop</c>.</param>
/// <param name="Decode"><c>exact</c>, or <c>fast</c>: large JPEG files are read at a fraction of their size.</param>
/// <param name="Scale">Factor.</param>
/// <param name="Mean">One a channel.</param>
/// <param name="Std">One a channel.</param>
public sealed record InputDocument(
    string Name,
    string Layout,
    string Color,
    int Height,
    int Width,
    string Fit,
    int? ResizeTo,
    string Interpolation,
    string Alpha,
    string Decode,
    float Scale,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std
)
{
    internal static InputDocument Of(InputSpec input) =>
        new(
            input.Name,
            Upper(input.Layout),
            Upper(input.Color),
            input.Height,
            input.Width,
            Lower(input.Fit),
            input.Fit == Images.Fit.Crop ? input.ResizeTo : null,
            Lower(input.Interpolation),
            Lower(input.Alpha),
            Lower(input.Decode),
            input.Scale,
            input.Mean,
            input.Std
        );

    private static string Upper(Enum value) => value.ToString().ToUpperInvariant();

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();
}

/// <summary>What is differentiated.</summary>
/// <param name="Logit">Tensor of the class scores before any softmax or sigmoid; in a model without class scores, its output.</param>
/// <param name="Activation"><c>softmax</c>, <c>sigmoid</c> or <c>none</c>: how logits become probabilities.</param>
/// <param name="Kind"><c>classes</c>, <c>value</c>, <c>vector</c>, <c>rows</c>, <c>map</c> or <c>tensor</c>.</param>
public sealed record OutputDocument(string Logit, string Activation, string Kind);

/// <summary>An output that can be explained.</summary>
/// <param name="Output">Name of the tensor.</param>
/// <param name="Kind"><c>classes</c>, <c>value</c>, <c>vector</c>, <c>rows</c>, <c>map</c> or <c>tensor</c>.</param>
/// <param name="Shape">Extents for one image, -1 where they depend on the image; null when not even their number is known.</param>
/// <param name="Forms">What the parameter target may say of it.</param>
public sealed record ExplainableDocument(string Output, string Kind, IReadOnlyList<long>? Shape, IReadOnlyList<string> Forms);

/// <summary>The default target layer.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Reason">Why this one.</param>
public sealed record LayerDocument(string Name, string Reason);

/// <summary>A tensor that can be the target layer.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Operator">Operator that produces it.</param>
/// <param name="Shape">Channels, rows, columns.</param>
/// <param name="Layout">What the axes of the tensor run over: <c>NCHW</c>, <c>NHWC</c>, or for tokens <c>NTC</c>, <c>TNC</c> or
/// <c>NCT</c>.</param>
/// <param name="Tokens">For tokens: the grid of the patches, how many other tokens are left out, and where the grid comes from; missing for
/// other layers.</param>
public sealed record CandidateDocument(
    string Name,
    string Operator,
    IReadOnlyList<int> Shape,
    string Layout,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TokenGrid? Tokens
);
