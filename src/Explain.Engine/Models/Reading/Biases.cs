using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Reading;

/// <summary>A constant that is added to a value.</summary>
/// <param name="Value">The value, the constant included.</param>
/// <param name="Constant">What is added; broadcasts against the value.</param>
/// <param name="Maps">The layout of the value, where the constant is one number a feature map; else null.</param>
internal sealed record Bias(string Value, FloatTensor Constant, LayerLayout? Maps)
{
    /// <summary>The operator that adds it.</summary>
    public string Operator { get; init; } = "";
}

/// <summary>The biases of a model, those that normalisations amount to included.</summary>
internal static class Biases
{
    /// <summary>Reads constants, in that order.</summary>
    public delegate FloatTensor[] Reader(IReadOnlyList<string> constants);

    /// <summary>Every bias between the input and the class scores.</summary>
    public static IReadOnlyList<Bias> Find(
        Graph graph,
        string input,
        string logit,
        IReadOnlyDictionary<string, LayerLayout> layouts,
        Reader read
    )
    {
        var path = Paths.Between(graph, input, logit);
        var added = graph
            .Nodes.Where(n => path.Contains(n.Output[0]))
            .Select(n => (Node: n, Constants: Constants(graph, n, path)))
            .Where(p => p.Constants.Length > 0)
            .ToArray();
        var values = new Queue<FloatTensor>(read([.. added.SelectMany(p => p.Constants)]));
        return
        [
            .. added.Select(p =>
                Of(
                    graph,
                    p.Node,
                    layouts.GetValueOrDefault(p.Node.Output[0], LayerLayout.Nchw),
                    [.. p.Constants.Select(_ => values.Dequeue())]
                ) with
                {
                    Operator = p.Node.OpType,
                }
            ),
        ];
    }

    private static string[] Constants(Graph graph, NodeProto node, IReadOnlySet<string> path) =>
        node switch
        {
            { OpType: "Conv" or "Gemm" } when node.InputOrNull(2) is { } bias && graph.IsConstant(bias) => [bias],
            { OpType: "BatchNormalization" } when node.Input.Skip(1).All(i => graph.IsConstant(i)) => [.. node.Input.Skip(1)],
            { OpType: "Add" or "Sub" } => [.. node.Input.Where(i => !path.Contains(i) && graph.IsConstant(i))],
            _ => [],
        };

    private static Bias Of(Graph graph, NodeProto node, LayerLayout layout, FloatTensor[] constants)
    {
        var (value, constant) = (node.Output[0], constants[0]);
        // Tokens have linear maps of their own; whoever speaks of the biases of feature maps does not mean those.
        var maps = layout.Tokens is null && graph.Type(value)?.Rank == 4 ? layout : null;
        return node.OpType switch
        {
            "Conv" => new Bias(value, PerMap(constant.Values, graph.Type(value)?.Rank ?? 4), maps),
            "Gemm" => new Bias(value, Scaled(constant, node.Float("beta", 1)), null),
            "BatchNormalization" => new Bias(value, PerMap(Shift(node, constants), graph.Type(value)?.Rank ?? 4), maps),
            _ => new Bias(
                value,
                node.OpType == "Sub" && graph.IsConstant(node.Input[1]) ? Scaled(constant, -1) : constant,
                maps is not null && IsPerMap(constant.Shape, graph.Type(value)!, maps.Channel) ? maps : null
            ),
        };
    }

    // What is left of scale * (x - mean) / sqrt(var + eps) + bias where x is 0 (Srinivas and Fleuret 2019, section 3.1).
    private static float[] Shift(NodeProto node, FloatTensor[] c)
    {
        var epsilon = node.Float("epsilon", 1e-5f);
        return
        [
            .. c[1]
                .Values.Select(
                    (bias, k) => (float)(bias - (double)c[2].Values[k] * c[0].Values[k] / Math.Sqrt((double)c[3].Values[k] + epsilon))
                ),
        ];
    }

    private static FloatTensor PerMap(float[] values, int rank) => new([values.Length, .. Enumerable.Repeat(1L, rank - 2)], values);

    private static FloatTensor Scaled(FloatTensor constant, float factor) =>
        constant with
        {
            Values = Array.ConvertAll(constant.Values, v => v * factor),
        };

    private static bool IsPerMap(IReadOnlyList<long> shape, TensorType value, int axis) =>
        value.Dims?[axis].Size is { } channels
        && shape.Count >= value.Dims.Count - axis
        && shape[^(value.Dims.Count - axis)] == channels
        && shape.Aggregate(1L, (a, b) => a * b) == channels;
}
