using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Reading;

/// <summary>
/// What stands between a layer and the class scores when CAM has a closed form: pooling and one linear layer, in either order.
/// </summary>
/// <param name="Weights">The linear layer, row-major [K, C].</param>
/// <param name="Channels">C.</param>
internal sealed record Head(float[] Weights, int Channels)
{
    private static readonly HashSet<string> Passive =
    [
        "Flatten",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Identity",
        "Dropout",
        "QuantizeLinear",
        "DequantizeLinear",
    ];

    // A ReLU between the class maps and their average does not change which map belongs to which class.
    private static readonly HashSet<string> BetweenConvAndPool = ["Relu", "Identity", "Dropout", "QuantizeLinear", "DequantizeLinear"];
    private static readonly HashSet<string> Pools =
    [
        "GlobalAveragePool",
        "GlobalMaxPool",
        "ReduceMean",
        "ReduceMax",
        "AveragePool",
        "MaxPool",
    ];
    private static readonly HashSet<string> Averages = ["GlobalAveragePool", "ReduceMean", "AveragePool"];

    /// <summary>The weights of one class, [C].</summary>
    public ReadOnlySpan<float> Row(int index) => Weights.AsSpan(index * Channels, Channels);

    /// <summary>Finds the linear layer of the head behind <paramref name="layer"/>.</summary>
    /// <param name="graph">The graph, with types for the input size in use.</param>
    /// <param name="layer">Target layer.</param>
    /// <param name="logit">Class scores.</param>
    /// <param name="layouts">The layouts of feature maps by tensor name.</param>
    /// <param name="read">Reads a constant of the graph.</param>
    public static HeadSearch Find(
        Graph graph,
        string layer,
        string logit,
        IReadOnlyDictionary<string, LayerLayout> layouts,
        Func<string, FloatTensor> read
    )
    {
        var value = Skip(graph, logit, Passive);
        var node = graph.Producer(value);
        if (node is { OpType: "Add" } && node.Input.Where(i => !graph.IsConstant(i)).ToArray() is [var sum])
        {
            value = Skip(graph, sum, Passive);
            node = graph.Producer(value);
        }
        return node is not null && Averages.Contains(node.OpType) && Collapses(graph, node, layouts)
            ? ConvThenPool(graph, layer, node, layouts, read)
            : PoolThenLinear(graph, layer, node, layouts, read);
    }

    private static HeadSearch PoolThenLinear(
        Graph graph,
        string layer,
        NodeProto? linear,
        IReadOnlyDictionary<string, LayerLayout> layouts,
        Func<string, FloatTensor> read
    )
    {
        var fits =
            linear is { OpType: "Gemm" or "MatMul" }
            || (
                linear is not null
                && MixesChannelsOnly(graph, linear)
                && graph.Type(linear.Input[0])?.FixedFrom(2) is { } area
                && area.All(e => e == 1)
            );
        if (!fits || !graph.IsConstant(linear!.Input[1]))
            return NotFound(linear, layer);
        var pool = graph.Producer(Skip(graph, linear.Input[0], Passive));
        if (
            pool is null
            || !Pools.Contains(pool.OpType)
            || !Collapses(graph, pool, layouts)
            || !Reaches(graph, pool.Input[0], layer, layouts)
        )
        {
            return NotFound(pool, layer);
        }

        var weights = read(linear.Input[1]);
        var rowsAreClasses = linear.OpType == "Conv" || (linear is { OpType: "Gemm" } && linear.Int("transB", 0) == 1);
        var alpha = linear.OpType == "Gemm" ? linear.Float("alpha", 1) : 1;
        return Found(weights, rowsAreClasses, alpha);
    }

    private static HeadSearch ConvThenPool(
        Graph graph,
        string layer,
        NodeProto pool,
        IReadOnlyDictionary<string, LayerLayout> layouts,
        Func<string, FloatTensor> read
    )
    {
        var conv = graph.Producer(Skip(graph, pool.Input[0], BetweenConvAndPool));
        var fits =
            conv is not null
            && MixesChannelsOnly(graph, conv)
            && graph.IsConstant(conv.Input[1])
            && (conv.Ints("strides")?.All(s => s == 1) ?? true);
        if (!fits || !Reaches(graph, conv!.Input[0], layer, layouts))
            return NotFound(conv, layer);
        return Found(read(conv!.Input[1]), true, 1);
    }

    private static bool MixesChannelsOnly(Graph graph, NodeProto node) =>
        node.OpType == "Conv"
        && node.Int("group", 1) == 1
        && graph.Type(node.Input[1])?.FixedFrom(2) is { } kernel
        && kernel.All(k => k == 1);

    private static HeadSearch Found(FloatTensor weights, bool rowsAreClasses, float alpha)
    {
        var (first, second) = ((int)weights.Shape[0], (int)weights.Shape[1]);
        var (classes, channels) = rowsAreClasses ? (first, second) : (second, first);
        var rows = new float[classes * channels];
        for (var k = 0; k < classes; k++)
        {
            for (var c = 0; c < channels; c++)
                rows[k * channels + c] = alpha * weights.Values[rowsAreClasses ? k * channels + c : c * classes + k];
        }

        return new HeadSearch(new Head(rows, channels), null);
    }

    private static string Skip(Graph graph, string value, HashSet<string> passive)
    {
        while (graph.Producer(value) is { } node && passive.Contains(node.OpType))
            value = node.Input[0];
        return value;
    }

    // Exporters move axes around between the feature maps and their pooling, or join rows and columns.
    private static bool Reaches(Graph graph, string value, string layer, IReadOnlyDictionary<string, LayerLayout> layouts)
    {
        while (
            value != layer
            && graph.Producer(value) is { } node
            && (
                node.OpType is "Dropout" or "Identity" or "QuantizeLinear" or "DequantizeLinear"
                || IsEmptyPad(graph, node)
                || (node.OpType is "Transpose" or "Reshape" && layouts.ContainsKey(node.Input[0]) && layouts.ContainsKey(value))
            )
        )
        {
            value = node.Input[0];
        }

        return value == layer;
    }

    // Some exporters write a padding of nothing before each pooling.
    private static bool IsEmptyPad(Graph graph, NodeProto node) =>
        node.OpType == "Pad" && Tensors.ReadInts(graph.Constant(node.Input[1])) is { } pads && pads.All(p => p == 0);

    // One number a channel is left.
    private static bool Collapses(Graph graph, NodeProto pool, IReadOnlyDictionary<string, LayerLayout> layouts)
    {
        var (layout, rank) = (layouts.GetValueOrDefault(pool.Input[0], LayerLayout.Nchw), graph.Type(pool.Input[0])?.Rank);
        // Further tokens in the mean have no place in the map.
        if (rank != layout.Name.Length || layout.Tokens is { Leading: > 0 } or { Trailing: > 0 })
            return false;
        return pool.OpType.StartsWith("Reduce", StringComparison.Ordinal)
            ? Tensors.ReadInts(graph.Constant(pool.InputOrNull(1) ?? "")) is { } axes
                && axes.Select(a => (int)(a < 0 ? a + rank : a)).Order().SequenceEqual(layout.Places)
            : layout == LayerLayout.Nchw && graph.Type(pool.Output[0])?.FixedFrom(2) is { } left && left.All(d => d == 1);
    }

    private static HeadSearch NotFound(NodeProto? node, string layer)
    {
        var found = node is null ? "nothing" : $"{node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output[0])}'";
        return new HeadSearch(
            null,
            $"cam needs global average or max pooling and one linear layer between '{layer}' and the class scores; found {found}"
        );
    }
}

/// <summary>What came of the search for a head.</summary>
/// <param name="Head">The head, or null.</param>
/// <param name="WhyNot">Why there is none; null when there is one.</param>
internal sealed record HeadSearch(Head? Head, string? WhyNot);
