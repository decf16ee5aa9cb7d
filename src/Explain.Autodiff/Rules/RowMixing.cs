using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Nodes that take the items of a batch together by what they compute: runs may not show it, as a maximum that is compared with a bound
/// changes nothing until an item passes the bound.
/// </summary>
/// <remarks>
/// The axis of the batch is followed from the image on as far as it is known for certain; what is behind that is left to runs.
/// </remarks>
public sealed class RowMixing
{
    private const string BatchNormalization = "BatchNormalization";
    private const string MeanVarianceNormalization = "MeanVarianceNormalization";

    private static readonly HashSet<string> Choices = ["If", "Loop"];
    private static readonly HashSet<string> AlongAxis = ["ArgMax", "ArgMin", "TopK", "Softmax", "LogSoftmax", "Hardmax", "CumSum"];

    // The batch stays in front whatever they do to the other axes.
    private static readonly HashSet<string> Spatial =
    [
        "Conv",
        "ConvTranspose",
        "MaxPool",
        "AveragePool",
        "LpPool",
        "GlobalAveragePool",
        "GlobalMaxPool",
        "GlobalLpPool",
        BatchNormalization,
        "InstanceNormalization",
        "GroupNormalization",
        "LRN",
        "DepthToSpace",
        "SpaceToDepth",
        "Resize",
        "Upsample",
        "Gemm",
    ];
    private static readonly HashSet<string> Elementwise =
    [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Pow",
        "Min",
        "Max",
        "Sum",
        "Mean",
        "Where",
        "PRelu",
        "Clip",
        "Equal",
        "Greater",
        "GreaterOrEqual",
        "Less",
        "LessOrEqual",
        "And",
        "Or",
        "Xor",
        "Mod",
        "QuantizeLinear",
        "DequantizeLinear",
    ];

    private readonly Graph _graph;

    // For each value that depends on the image by what it shows: the axis of the batch, or the one whose outer part it is; null where
    // nobody knows.
    private readonly Dictionary<string, int?> _axis = [];

    private RowMixing(Graph graph, string image)
    {
        _graph = graph;
        _axis[image] = 0;
    }

    /// <summary>The first such node that one of some values is computed from; null when there is none.</summary>
    /// <param name="graph">The graph, with types for one image.</param>
    /// <param name="image">The image's input; its first axis is the batch.</param>
    /// <param name="values">The values.</param>
    public static NodeProto? Find(Graph graph, string image, IEnumerable<string> values)
    {
        var needed = Walk.Ancestors(graph, values);
        var mixing = new RowMixing(graph, image);
        foreach (var node in graph.Nodes.Where(n => n.Output.Any(needed.Contains) && !Paths.Extents.Contains(n.OpType)))
        {
            if (!Walk.Reads(node).Any(mixing._axis.ContainsKey))
                continue;
            if (mixing.Mixes(node))
                return node;
            var axis = mixing.AxisBehind(node);
            foreach (var output in node.Output.Where(o => o.Length > 0))
                mixing._axis[output] = axis;
        }
        return null;
    }

    private int? AxisOf(string value) => _axis.GetValueOrDefault(value);

    private int? Rank(string value) => _graph.Type(value)?.Rank;

    private bool Mixes(NodeProto node)
    {
        if (node.OpType == "DynamicQuantizeLinear" || (node.OpType == BatchNormalization && node.Int("training_mode", 0) != 0))
            return true;
        if (Choices.Contains(node.OpType))
            return node.Input.Take(node.OpType == "If" ? 1 : 2).Any(_axis.ContainsKey);
        if (node.Input.Count == 0 || AxisOf(node.Input[0]) is not { } batch)
            return false;
        if (Reduced(node) is { } reduced)
            return reduced.Length == 0 ? node.Int("noop_with_empty_axes", 0) == 0 : Names(reduced, batch, node);
        return (AlongAxis.Contains(node.OpType) && Names([Along(node)], batch, node))
            || (node.OpType == MeanVarianceNormalization && Names(node.Ints("axes") ?? [0, 2, 3], batch, node));
    }

    // The axes of a reduction, none for all; null for what is no reduction, or whose axes are not known.
    private long[]? Reduced(NodeProto node)
    {
        if (!node.OpType.StartsWith("Reduce", StringComparison.Ordinal))
            return null;
        return node.InputOrNull(1) is { } axes ? Tensors.ReadInts(_graph.Constant(axes)) : node.Ints("axes") ?? [];
    }

    private long Along(NodeProto node) =>
        node.OpType == "CumSum"
            ? (node.InputOrNull(1) is { } along ? Tensors.ReadInts(_graph.Constant(along)) : null) is [var axis]
                ? axis
                : -1
            : node.Int("axis", node.OpType.StartsWith("Arg", StringComparison.Ordinal) ? 0 : -1);

    private bool Names(long[] axes, int batch, NodeProto node) =>
        Rank(node.Input[0]) is { } rank && axes.Any(a => (a < 0 ? a + rank : a) == batch);

    private int? AxisBehind(NodeProto node)
    {
        var (op, first) = (node.OpType, node.Input.Count > 0 ? AxisOf(node.Input[0]) : null);
        if (Spatial.Contains(op))
            return first == 0 && node.Int("transA", 0) == 0 ? 0 : null;
        var keepsRank = node.Input.Count == 1 && Rank(node.Input[0]) == Rank(node.Output[0]);
        if (Elementwise.Contains(op) || (keepsRank && op is not ("Transpose" or "Flatten")))
            return Aligned(node);
        return op switch
        {
            "Softmax" or "LogSoftmax" or "LayerNormalization" or "CumSum" or "Slice" or "Pad" or "Dropout" => first,
            "Concat" or "MatMul" => Aligned(node),
            // Of a tensor in row-major order, what was in front stays in front.
            "Reshape" => first == 0 ? 0 : null,
            "Flatten" => first == 0 && node.Int("axis", 1) != 0 ? 0 : null,
            "Transpose" => first is { } axis && Rank(node.Input[0]) is { } rank ? Moved(node, axis, rank) : null,
            _ when Reduced(node) is { } axes => Kept(node, axes, first),
            _ => null,
        };
    }

    // Shapes are broadcast from the last axis on.
    private int? Aligned(NodeProto node)
    {
        if (Rank(node.Output[0]) is not { } rank)
            return null;
        var axes = node.Input.Where(_axis.ContainsKey).Select(i => AxisOf(i) + rank - Rank(i)).Distinct().ToArray();
        return axes is [{ } only] && (node.OpType != "MatMul" || only < rank - 1) ? only : null;
    }

    private static int? Moved(NodeProto node, int axis, int rank)
    {
        var order = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(a => (long)a)];
        return Array.IndexOf(order, axis) is >= 0 and var at ? at : null;
    }

    private int? Kept(NodeProto node, long[] axes, int? batch) =>
        node.Int("keepdims", 1) != 0 ? batch
        : Rank(node.Input[0]) is { } rank ? batch - axes.Count(a => (a < 0 ? a + rank : a) < batch)
        : null;
}
