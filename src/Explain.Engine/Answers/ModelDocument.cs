using Explain.Engine.Images;
using Explain.Engine.Models;

namespace Explain.Engine.Answers;

/// <summary>A served model.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Version.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hex.</param>
/// <param name="Provider">Execution provider in use: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Opset">Opset of the default domain.</param>
/// <param name="Inputs">The graph's inputs.</param>
/// <param name="Outputs">The graph's outputs.</param>
/// <param name="Input">How a picture becomes the input.</param>
/// <param name="Output">What is differentiated and what probabilities are.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Labels">Number of labels; 0 when the model has none.</param>
/// <param name="Layer">Default target layer; null when the graph has no spatial feature map.</param>
/// <param name="Layers">Tensors that can be the target layer, from input to output.</param>
/// <param name="Methods">Every method, with the reason where it cannot be done.</param>
/// <param name="MissingGradients">Nodes without a gradient rule.</param>
/// <param name="Guesses">What was not configured, with the reason for each choice.</param>
public sealed record ModelDocument(
    string Name, string Version, string Sha256, string Provider, long Opset, IReadOnlyList<TensorInfo> Inputs, IReadOnlyList<TensorInfo> Outputs,
    InputDocument Input, OutputDocument Output, int Classes, int Labels, LayerDocument? Layer, IReadOnlyList<CandidateDocument> Layers,
    IReadOnlyList<MethodSupport> Methods, IReadOnlyList<MissingGradient> MissingGradients, IReadOnlyList<Guess> Guesses)
{
    /// <summary>What clients see of a description.</summary>
    public static ModelDocument Of(ModelDescription model) => new(
        model.Name, model.Version, model.Sha256, model.Provider, model.Opset, model.Inputs, model.Outputs,
        InputDocument.Of(model.Input), new OutputDocument(model.Logit, model.Activation), model.Classes, model.Labels.Count,
        model.Layer is { } layer ? new LayerDocument(layer, model.Guesses.FirstOrDefault(g => g.What == "layer")?.Reason ?? "named in model.json") : null,
        [.. model.Layers.Select(l => new CandidateDocument(l.Name, l.Operator, [l.Channels, l.Height, l.Width]))],
        model.Methods, model.MissingGradients, model.Guesses);
}

/// <summary>How a picture becomes the input: a pixel p in 0..255 becomes <c>(p * scale - mean) / std</c>.</summary>
/// <param name="Name">Name of the graph input.</param>
/// <param name="Layout"><c>NCHW</c> or <c>NHWC</c>.</param>
/// <param name="Color"><c>RGB</c>, <c>BGR</c> or <c>GRAY</c>.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Fit"><c>crop</c>, <c>stretch</c> or <c>pad</c>.</param>
/// <param name="ResizeTo">Length of the shorter side before the centre is cut out; null unless <c>fit</c> is <c>crop</c>.</param>
/// <param name="Interpolation">Filter of the resize.</param>
/// <param name="Scale">Factor.</param>
/// <param name="Mean">One a channel.</param>
/// <param name="Std">One a channel.</param>
public sealed record InputDocument(
    string Name, string Layout, string Color, int Height, int Width, string Fit, int? ResizeTo, string Interpolation, float Scale,
    IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    internal static InputDocument Of(InputSpec input) => new(
        input.Name, Upper(input.Layout), Upper(input.Color), input.Height, input.Width, Lower(input.Fit), input.Fit == Images.Fit.Crop ? input.ResizeTo : null,
        Lower(input.Interpolation), input.Scale, input.Mean, input.Std);

    private static string Upper(Enum value) => value.ToString().ToUpperInvariant();

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();
}

/// <summary>What is differentiated.</summary>
/// <param name="Logit">Tensor of the class scores before any softmax or sigmoid.</param>
/// <param name="Activation"><c>softmax</c>, <c>sigmoid</c> or <c>none</c>: how logits become probabilities.</param>
public sealed record OutputDocument(string Logit, string Activation);

/// <summary>The default target layer.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Reason">Why this one.</param>
public sealed record LayerDocument(string Name, string Reason);

/// <summary>A tensor that can be the target layer.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Operator">Operator that produces it.</param>
/// <param name="Shape">Channels, rows, columns.</param>
public sealed record CandidateDocument(string Name, string Operator, IReadOnlyList<int> Shape);
