using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Reading;

/// <summary>Something that was not configured and was read off the graph instead.</summary>
/// <param name="What">The <c>model.json</c> field, dotted: <c>input.size</c>, <c>layer</c>, ….</param>
/// <param name="Value">What was chosen.</param>
/// <param name="Reason">Why.</param>
public sealed record Guess(string What, string Value, string Reason);

/// <summary>A tensor of the graph that can be a target layer.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Operator">Operator that produces it.</param>
/// <param name="Channels">Number of feature maps.</param>
/// <param name="Height">Rows of a feature map.</param>
/// <param name="Width">Columns of a feature map.</param>
public sealed record CandidateLayer(string Name, string Operator, int Channels, int Height, int Width)
{
    /// <summary>How the feature maps lie in the tensor.</summary>
    public LayerLayout Layout { get; init; } = LayerLayout.Nchw;
}

/// <summary>A method and whether a model can do it.</summary>
/// <param name="Method">Method id.</param>
/// <param name="Supported">Whether it works on this model with its default layer.</param>
/// <param name="Reason">Why not; null when supported.</param>
public sealed record MethodSupport(string Method, bool Supported, string? Reason);

/// <summary>A node on the way from the input to the logit whose operator has no gradient rule.</summary>
/// <param name="Operator">ONNX operator name.</param>
/// <param name="Node">Node name, or the name of its first output when it has none.</param>
/// <param name="Reason">Why the node is not taken apart as others of its operator are; null where none is.</param>
public sealed record MissingGradient(string Operator, string Node, string? Reason)
{
    /// <summary>Those on the way from an input to a tensor, from there on.</summary>
    internal static IReadOnlyList<MissingGradient> On(Graph graph, string tensor, string input) =>
        [
            .. Backward
                .Missing(graph, tensor, [input], GradientRules.Plain)
                .Select(m => new MissingGradient(m.Operator, m.Node, m.WhyNotApart)),
        ];
}

/// <summary>One tensor of the model's own interface.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="DataType">Open Inference Protocol name: <c>FP32</c>, <c>INT64</c>, ….</param>
/// <param name="Shape">Dimensions, -1 where variable.</param>
public sealed record TensorInfo(string Name, string DataType, IReadOnlyList<long> Shape);

/// <summary>A tensor that can be explained.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="Kind">What it is, by its shape.</param>
/// <param name="Extents">Its extents for one image, -1 where they depend on the image.</param>
/// <param name="Known">Whether the extents are known; else they are empty.</param>
public sealed record ExplainableOutput(string Name, OutputKind Kind, IReadOnlyList<long> Extents, bool Known);

/// <summary>Everything a client may want to know of a served model.</summary>
public sealed record ModelDescription
{
    /// <summary>Name: the folder in the models directory.</summary>
    public required string Name { get; init; }

    /// <summary>Version: the number of the version folder, else <c>1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>
    /// SHA-256 of the <c>.onnx</c> file followed by the files of its weights in the order of their names, lower-case hex.
    /// </summary>
    public required string Sha256 { get; init; }

    /// <summary>Execution provider in use: <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Opset of the default domain as it stands in the file.</summary>
    public required long Opset { get; init; }

    /// <summary>The graph's inputs (initialisers excluded), of the types that they have in the file.</summary>
    public required IReadOnlyList<TensorInfo> Inputs { get; init; }

    /// <summary>The graph's outputs.</summary>
    public required IReadOnlyList<TensorInfo> Outputs { get; init; }

    /// <summary>How an image becomes the input.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>The numbers of the image's input in the file, and those that are fed.</summary>
    public required InputNumbers Numbers { get; init; }

    /// <summary>The graph's inputs beside the image.</summary>
    public IReadOnlyList<TensorInfo> AuxiliaryInputs => [.. Inputs.Where(i => i.Name != Input.Name)];

    /// <summary>Every tensor that can be explained; the first is <see cref="Logit"/>.</summary>
    public required IReadOnlyList<ExplainableOutput> Explainable { get; init; }

    /// <summary>
    /// Tensor that is differentiated: the class scores before any softmax or sigmoid; in a model without class scores, its output.
    /// </summary>
    public required string Logit { get; init; }

    /// <summary><c>softmax</c>, <c>sigmoid</c> or <c>none</c>: how logits become probabilities.</summary>
    public required string Activation { get; init; }

    /// <summary>The probabilities of class scores; the scores themselves in a model without class scores.</summary>
    /// <param name="logits">One item of <see cref="Logit"/>.</param>
    public float[] Probabilities(ReadOnlySpan<float> logits) =>
        (Classes > 0 ? Objectives.Ranking.Probabilities(logits, Activation) : null) ?? logits.ToArray();

    /// <summary>One class with its scores.</summary>
    /// <param name="logits">One item of <see cref="Logit"/>.</param>
    /// <param name="index">The class.</param>
    public Prediction Prediction(ReadOnlySpan<float> logits, int index) => new ClassScores(this, logits).Of(index);

    /// <summary>Number of classes; 0 in a model without class scores.</summary>
    public required int Classes { get; init; }

    /// <summary>One label a class, or for each channel of a map; empty when the model has none.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Default target layer; null when the graph has no spatial feature map.</summary>
    public required string? Layer { get; init; }

    /// <summary>Tensors that can be the target layer, from input to output.</summary>
    public required IReadOnlyList<CandidateLayer> Layers { get; init; }

    /// <summary>The last feature maps on every way to <see cref="Logit"/>, from output to input.</summary>
    internal IReadOnlyList<string> LastLayers { get; init; } = [];

    /// <summary>How the feature maps of a target layer, or of the image itself, lie in their tensor.</summary>
    internal LayerLayout LayoutOf(string layer) =>
        layer == Input.Name
            ? Input.Layout == TensorLayout.Nchw
                ? LayerLayout.Nchw
                : LayerLayout.Nhwc
            : Layers.FirstOrDefault(l => l.Name == layer)?.Layout ?? LayerLayout.Nchw;

    /// <summary>Names of the channels of a layer, where <c>model.json</c> gives them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ChannelNames { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What was not configured, with the reason for each choice.</summary>
    public required IReadOnlyList<Guess> Guesses { get; init; }

    /// <summary>Nodes between input and logit without a gradient rule; empty for most classifiers.</summary>
    public required IReadOnlyList<MissingGradient> MissingGradients { get; init; }
}
