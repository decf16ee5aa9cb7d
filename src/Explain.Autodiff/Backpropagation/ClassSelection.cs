using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Backpropagation;

/// <summary>
/// Some columns of the class scores, computed without the others. Taking columns commutes with everything that treats channels alike, and
/// with a linear layer it picks rows of the weights; so the selection is moved towards the input as far as it goes, and the backward pass
/// of one class costs one class.
/// </summary>
public static class ClassSelection
{
    // What a node computes for the columns alone; null where they cannot be chosen before it.
    private delegate Value? Sink(Graph graph, NodeProto node, Columns columns);

    // Each step is a call within a call; heads are shorter.
    private const int Deepest = 256;

    // csharpier-ignore
    private static readonly FrozenDictionary<string, Sink> Sinks = new Dictionary<string, Sink>
    {
        ["Relu"] = Through,
        ["LeakyRelu"] = Through,
        ["Clip"] = Through,
        ["Sigmoid"] = Through,
        ["Tanh"] = Through,
        ["Identity"] = Through,
        ["Dropout"] = Through,
        ["QuantizeLinear"] = PerTensor,
        ["DequantizeLinear"] = PerTensor,
        ["GlobalAveragePool"] = Through,
        ["GlobalMaxPool"] = Through,
        ["AveragePool"] = Through,
        ["Flatten"] = Flatten,
        ["Reshape"] = Reshape,
        ["Squeeze"] = Squeeze,
        ["ReduceMean"] = ReduceMean,
        ["Conv"] = Conv,
        ["BatchNormalization"] = BatchNormalization,
        ["Gemm"] = Gemm,
        ["MatMul"] = MatMul,
        ["Add"] = Pointwise,
        ["Sub"] = Pointwise,
        ["Mul"] = Pointwise,
        ["Div"] = Pointwise,
    }.ToFrozenDictionary();

    /// <summary>The channels <paramref name="columns"/> of <paramref name="value"/>, whose axis 1 holds the classes.</summary>
    /// <param name="graph">The graph; nodes are appended to it.</param>
    /// <param name="value">Class scores, [N, K] or [N, K, …].</param>
    /// <param name="columns">Class indices, int64 [q].</param>
    /// <param name="whole">Values that the result must be computed from as they are, because it is differentiated by them.</param>
    /// <param name="taken">Receives, for every value that is computed for the columns alone, the same numbers taken from the value of all
    /// classes.</param>
    /// <returns>[N, q] or [N, q, …].</returns>
    public static Value Select(
        Graph graph,
        string value,
        Value columns,
        IReadOnlyCollection<string> whole,
        IDictionary<string, string> taken
    ) => Select(graph, value, new Columns(columns, whole, taken, []));

    private static Value Select(Graph graph, string value, Columns columns)
    {
        // What is read twice, as by every block of a residual net, is selected once.
        if (columns.Selected.TryGetValue(value, out var known))
            return known;
        var selected =
            columns.Depth < Deepest
            && !columns.Whole.Contains(value)
            && graph.Producer(value) is { } node
            && Sinks.TryGetValue(node.OpType, out var sink)
            && OperatorName.Of(node) == node.OpType
                ? sink(graph, node, columns with { Depth = columns.Depth + 1 })
                : null;
        var gathered = Gather(graph[value], columns, 1);
        var result = selected ?? gathered;
        if (graph.Type(value) is { } type)
            graph.Declare(result.Name, type.WithUnknown(1));
        if (selected is not null)
            columns.Taken[result.Name] = gathered.Name;
        columns.Selected[value] = result;
        return result;
    }

    private static Value? Through(Graph graph, NodeProto node, Columns columns) =>
        Clone(
            graph,
            node,
            [Select(graph, node.Input[0], columns), .. node.Input.Skip(1).Select(i => i.Length > 0 ? graph[i] : (Value?)null)]
        );

    private static Value? Flatten(Graph graph, NodeProto node, Columns columns) =>
        node.Int("axis", 1) == 1 && KeepsChannels(graph, node) ? Through(graph, node, columns) : null;

    private static Value? Reshape(Graph graph, NodeProto node, Columns columns) =>
        KeepsChannels(graph, node) && graph.Type(node.Output[0])!.Rank == 2
            ? Emit("Flatten", [Select(graph, node.Input[0], columns)])
            : null;

    private static Value? Squeeze(Graph graph, NodeProto node, Columns columns) =>
        KeepsChannels(graph, node) ? Through(graph, node, columns) : null;

    private static Value? ReduceMean(Graph graph, NodeProto node, Columns columns) =>
        Spatial(graph, node) ? Through(graph, node, columns) : null;

    private static Value? Conv(Graph graph, NodeProto node, Columns columns) =>
        node.Int("group", 1) == 1 ? Clone(graph, node, Weights(graph, node, columns, 0, 0)) : null;

    private static Value? BatchNormalization(Graph graph, NodeProto node, Columns columns) =>
        Clone(
            graph,
            node,
            [Select(graph, node.Input[0], columns), .. node.Input.Skip(1).Select(i => (Value?)Gather(graph[i], columns, 0))]
        );

    private static Value? Gemm(Graph graph, NodeProto node, Columns columns)
    {
        var axis = node.Int("transB", 0) != 0 ? 0 : 1;
        return node.InputOrNull(2) is { } bias && !PerClass(graph.Type(bias), graph.Type(node.Input[1])?.Dims?[axis])
            ? null
            : Clone(graph, node, Weights(graph, node, columns, axis, -1));
    }

    private static Value? MatMul(Graph graph, NodeProto node, Columns columns) =>
        graph.Type(node.Input[1])?.Rank == 2 && graph.Type(node.Output[0])?.Rank == 2
            ? Clone(graph, node, [graph[node.Input[0]], Declared(Gather(graph[node.Input[1]], columns, 1), node.Input[1], 1)])
            : null;

    // The input, and of weights and bias the entries of the columns.
    private static Value?[] Weights(Graph graph, NodeProto node, Columns columns, long weightAxis, long biasAxis) =>
        [
            graph[node.Input[0]],
            Declared(Gather(graph[node.Input[1]], columns, weightAxis), node.Input[1], (int)weightAxis),
            node.InputOrNull(2) is { } bias ? Gather(graph[bias], columns, biasAxis) : null,
        ];

    private static Value Declared(Value gathered, string source, int axis)
    {
        if (gathered.Graph.Type(source) is { } type)
            gathered.Graph.Declare(gathered.Name, type.WithUnknown(axis));
        return gathered;
    }

    // A constant operand is cut along the class axis when it has one, a computed one is selected like the other.
    private static Value? Pointwise(Graph graph, NodeProto node, Columns columns)
    {
        // Of a single class the operands cannot be told from ones that are repeated for every class.
        if (graph.Type(node.Output[0])?.Dims is not { Count: >= 2 } dims || dims[1].Size is not { } classes || classes == 1)
            return null;
        var operands = new Value?[2];
        for (var i = 0; i < 2; i++)
        {
            var name = node.Input[i];
            if (graph.Type(name)?.Dims is not { } own)
                return null;
            var axis = 1 - (dims.Count - own.Count);
            if (axis < 0 || own[axis].Size == 1)
            {
                operands[i] = graph[name];
            }
            else if (own[axis].Size != classes)
            {
                return null;
            }
            else
            {
                operands[i] =
                    !graph.IsConstant(name) && own.Count == dims.Count ? Select(graph, name, columns) : Gather(graph[name], columns, axis);
            }

            if (operands[i]!.Value.Name != name && axis >= 0)
                Declared(operands[i]!.Value, name, axis);
        }
        return Clone(graph, node, operands);
    }

    private static Value? PerTensor(Graph graph, NodeProto node, Columns columns) =>
        graph.Type(node.Input[1])?.FixedFrom(0) is { } scale && scale.All(d => d == 1) ? Through(graph, node, columns) : null;

    // A bias with one number for all classes has no columns to pick.
    private static bool PerClass(TensorType? bias, Dim? classes) =>
        bias?.Dims is { Count: 1 or 2 } dims && (dims.Count == 1 || dims[0].Size == 1) && classes is { } count && dims[^1].SameAs(count);

    private static Value Clone(Graph graph, NodeProto node, Value?[] inputs) =>
        new(
            graph,
            graph.Append(node.OpType, inputs.Select(i => i?.Name ?? ""), 1, node.Attribute.Select(a => a.Clone())).Output[0],
            graph[node.Output[0]].Element
        );

    // Only axes of extent 1 are dropped behind the channels.
    private static bool KeepsChannels(Graph graph, NodeProto node) =>
        graph.Type(node.Input[0])?.Dims is { Count: >= 2 } x
        && graph.Type(node.Output[0])?.Dims is { Count: >= 2 } y
        && x[1].Size is { } channels
        && y[1].Size == channels
        && x.Skip(2).Concat(y.Skip(2)).All(d => d.Size == 1);

    private static bool Spatial(Graph graph, NodeProto node) =>
        graph.Type(node.Input[0])?.Rank is { } rank
        && node.InputOrNull(1) is { } axes
        && Tensors.ReadInts(graph.Constant(axes)) is { } values
        && values.All(a => (a < 0 ? a + rank : a) >= 2);

    private readonly record struct Columns(
        Value Indices,
        IReadOnlyCollection<string> Whole,
        IDictionary<string, string> Taken,
        Dictionary<string, Value> Selected
    )
    {
        public int Depth { get; init; }

        public static implicit operator Value(Columns columns) => columns.Indices;
    }
}
