using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Engine.Models.Reading;

/// <summary>What stands at the end of a graph, between the scores and an output.</summary>
/// <param name="Output">The output.</param>
/// <param name="Tensor">The scores before everything that was looked through; the output itself when that is nothing.</param>
internal sealed record OutputEnd(string Output, string Tensor)
{
    private const string Largest = "ReduceMax";

    // Behind these every score is still there, at its place or in another shape.
    private static readonly HashSet<string> Passive =
    [
        "Identity",
        "Reshape",
        "Flatten",
        "Squeeze",
        "Unsqueeze",
        "Dropout",
        "Cast",
        "Clip",
        "QuantizeLinear",
        "DequantizeLinear",
    ];

    private static readonly Dictionary<string, string> Activations = new()
    {
        ["Softmax"] = "softmax",
        ["LogSoftmax"] = "softmax",
        ["Sigmoid"] = "sigmoid",
    };

    // Operators that keep of the scores which of them are the best, or give them names; with the input that leads to the scores.
    private static readonly Dictionary<string, int> Choices = new()
    {
        ["ArgMax"] = 0,
        ["TopK"] = 0,
        [Largest] = 0,
        ["Greater"] = 0,
        ["GreaterOrEqual"] = 0,
        ["ai.onnx.ml.ZipMap"] = 0,
        ["ai.onnx.ml.LabelEncoder"] = 0,
        ["ai.onnx.ml.ArrayFeatureExtractor"] = 1,
    };

    /// <summary><c>softmax</c>, <c>sigmoid</c>, or null where none stands there.</summary>
    public string? Activation { get; init; }

    /// <summary>The activation's node, for messages.</summary>
    public string? ActivationNode { get; init; }

    /// <summary>Nodes between the activation and the output that scale or shift, for messages.</summary>
    public IReadOnlyList<string> Scales { get; init; } = [];

    /// <summary>Nodes between the scores and the output that choose among the scores, for messages; the last of the graph first.</summary>
    public IReadOnlyList<string> Chosen { get; init; } = [];

    /// <summary>Whether the output says which of the scores are the best, or all by name, and not only how large one is.</summary>
    public bool Names { get; init; }

    /// <summary>Names of the scores that stand in the graph; empty when none do.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The value of the output that stands for a probability of one half; 0 for scores before a sigmoid.</summary>
    public float Half { get; init; }

    /// <summary>Looks at an output from behind.</summary>
    /// <param name="graph">The graph, types declared.</param>
    /// <param name="output">The output.</param>
    /// <param name="choices">Whether to look through operators that choose among scores.</param>
    public static OutputEnd Of(Graph graph, string output, bool choices)
    {
        var (tensor, scales, chosen, names) = (output, new List<string>(), new List<string>(), false);
        string[] labels = [];
        // The output is value * scale + offset.
        var (scale, offset) = (1.0, 0.0);
        for (var value = output; graph.Producer(value) is { } node; )
        {
            if (Activations.TryGetValue(node.OpType, out var activation))
            {
                return new OutputEnd(output, Logit(graph, node.Input[0]))
                {
                    Activation = activation,
                    ActivationNode = Name(node),
                    Scales = scales,
                    Chosen = chosen,
                    Names = names,
                    Labels = labels,
                    Half = activation == "sigmoid" ? (float)(scale / 2 + offset) : 0,
                };
            }

            if (choices && Choice(graph, node) is { } input)
            {
                chosen.Add(Name(node));
                names |= node.OpType != Largest;
                if (node.Find("classlabels_strings") is { } table)
                    labels = [.. table.Strings.Select(s => s.ToStringUtf8())];
                tensor = value = node.Input[input];
            }
            else if (Affine(graph, node) is { } affine)
            {
                scales.Add(Name(node));
                (scale, offset) = (scale * affine.Scale, offset + scale * affine.Offset);
                value = affine.Value;
            }
            else if (Passive.Contains(node.OpType))
            {
                value = node.Input[0];
            }
            else
            {
                break;
            }
        }
        return new OutputEnd(output, tensor)
        {
            Chosen = chosen,
            Names = names,
            Labels = labels,
        };
    }

    // The flattening that an old softmax implied is not the model's own tensor.
    private static string Logit(Graph graph, string value) =>
        graph.Producer(value) is { OpType: "Flatten" } flat && flat.Name.StartsWith(graph.Prefix, StringComparison.Ordinal)
            ? flat.Input[0]
            : value;

    private static int? Choice(Graph graph, NodeProto node) =>
        Choices.TryGetValue(OperatorName.Of(node), out var input) ? input
        // The name of a class is taken from a table by its number.
        : node.OpType == "Gather" && graph.IsConstant(node.Input[0]) ? 1
        : null;

    // What scales all scores alike by a positive number, or adds one to all of them, changes neither their order nor the activation.
    private static (string Value, double Scale, double Offset)? Affine(Graph graph, NodeProto node)
    {
        if (node.OpType is not ("Mul" or "Div" or "Add" or "Sub"))
            return null;
        if (graph.Number(node.Input[1]) is { } number)
        {
            return node.OpType switch
            {
                "Mul" when number > 0 => (node.Input[0], number, 0),
                "Div" when number > 0 => (node.Input[0], 1 / number, 0),
                "Add" => (node.Input[0], 1, number),
                "Sub" => (node.Input[0], 1, -number),
                _ => null,
            };
        }
        return (node.OpType, graph.Number(node.Input[0])) switch
        {
            ("Mul", { } factor and > 0) => (node.Input[1], factor, 0),
            ("Add", { } summand) => (node.Input[1], 1, summand),
            _ => null,
        };
    }

    private static string Name(NodeProto node) => $"{node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output[0])}'";
}
