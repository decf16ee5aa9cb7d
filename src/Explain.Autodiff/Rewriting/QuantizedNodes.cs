using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting;

/// <summary>The nodes of a graph while those on quantised numbers are taken apart.</summary>
internal sealed class QuantizedNodes(Graph graph)
{
    private readonly List<NodeProto> _nodes = [];

    // Sums of integers, by the integer's name.
    private readonly Dictionary<string, string> _whole = [];

    public Graph Graph => graph;

    public bool Rewrote { get; private set; }

    /// <summary>A node that stays.</summary>
    public void Keep(NodeProto node)
    {
        // The sums are floats already; going through integers would end the derivative.
        if (node.OpType == "Cast" && node.Int("to", 0) == (long)DataType.Float && _whole.TryGetValue(node.Input[0], out var sum))
            node.Input[0] = sum;
        _nodes.Add(node);
    }

    /// <summary>A node of a name, made of its inputs; empty ones at the end are left out.</summary>
    public string Add(string op, IEnumerable<string?> inputs, string output, params IEnumerable<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = op, Name = output };
        node.Input.AddRange(inputs.Select(i => i ?? ""));
        while (node.Input.Count > 0 && node.Input[^1].Length == 0)
            node.Input.RemoveAt(node.Input.Count - 1);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        graph.Register(node);
        _nodes.Add(node);
        Rewrote = true;
        return output;
    }

    /// <summary>A node with several outputs of fresh names.</summary>
    public string[] AddMany(string op, string input, int outputs, string hint)
    {
        var first = Add(op, [input], graph.Fresh(hint));
        for (var i = 1; i < outputs; i++)
            _nodes[^1].Output.Add(graph.Fresh(hint));
        graph.Register(_nodes[^1]);
        return [first, .. _nodes[^1].Output.Skip(1)];
    }

    /// <summary>A name that says where it comes from, if no other value has it.</summary>
    public string Name(string value, string part) => graph.Unused($"{value}/{part}");

    /// <summary>Notes that an integer is also there as a float.</summary>
    public void Note(string integer, string sum) => _whole[integer] = sum;

    /// <summary>Puts the nodes into the graph.</summary>
    public void Replace()
    {
        graph.Proto.Node.Clear();
        graph.Proto.Node.AddRange(_nodes);
    }
}

/// <summary>One node on quantised numbers: its parts are found by the positions of its inputs.</summary>
internal sealed class QuantizedNode(QuantizedNodes nodes, NodeProto node)
{
    public NodeProto Node => node;

    /// <summary>The real numbers behind the quantised input at a position, whose scale and zero point come after it.</summary>
    public string Real(int at, int? axis = null) => Real(at, at + 1, at + 2, axis);

    /// <summary>The real numbers behind a quantised input.</summary>
    public string Real(int at, int scale, int zero, int? axis = null) =>
        Dequantize(node.Input[at], node.Input[scale], node.InputOrNull(zero), axis);

    /// <summary>All inputs from a position on, each with its scale and zero point.</summary>
    public string?[] Reals(int from) => [.. Enumerable.Range(0, (node.Input.Count - from) / 3).Select(i => (string?)Real(from + 3 * i))];

    /// <summary>The integers of an input above its zero point, as real numbers.</summary>
    public string Shifted(int at, int zero, int? axis = null)
    {
        var zeros = node.InputOrNull(zero);
        var count = zeros is not null && nodes.Graph.Type(zeros)?.FixedFrom(0) is [> 1 and var many] ? many : (long?)null;
        var one = nodes.Graph.Add(count is { } n ? Tensors.Float([n], [.. Enumerable.Repeat(1f, (int)n)]) : Tensors.Float([], [1]));
        return Dequantize(node.Input[at], one.Name, zeros, axis);
    }

    /// <summary>An input as real numbers that were quantised by their own range.</summary>
    public string Requantized(int at)
    {
        var parts = nodes.AddMany("DynamicQuantizeLinear", node.Input[at], 3, $"{node.Input[at]}/quantized");
        return nodes.Add("DequantizeLinear", parts, nodes.Name(node.Input[at], "dequantized"));
    }

    /// <summary>The bias at a position: 32-bit integers in steps of the product of two scales; null when there is none.</summary>
    public string? Bias(int at, int firstScale, int secondScale, float factor = 1)
    {
        if (node.InputOrNull(at) is not { } bias)
            return null;
        var step = nodes.Add("Mul", [node.Input[firstScale], node.Input[secondScale]], nodes.Name(node.Output[0], "step"));
        if (factor != 1)
            step = nodes.Add("Mul", [step, nodes.Graph.Add(Tensors.Float([], [factor])).Name], nodes.Name(node.Output[0], "scaled step"));
        var real = nodes.Add("Cast", [bias], nodes.Name(node.Output[0], "bias"), Of("to", (long)DataType.Float));
        return nodes.Add("Mul", [real, step], nodes.Name(node.Output[0], "real bias"));
    }

    /// <summary>A list attribute as an input; null when it is absent.</summary>
    public string? Ints(string attribute) => node.Remove(attribute) is { } list ? nodes.Graph.Add(Tensors.Ints([.. list.Ints])).Name : null;

    /// <summary>The operator on real numbers, with the node's attributes.</summary>
    public string Emit(string op, string?[] inputs) =>
        nodes.Add(op, inputs, nodes.Name(node.Output[0], "real"), node.Attribute.Where(Applies).Select(a => a.Clone()));

    /// <summary>Maps of the first input with their channels before their extents, where the node has them behind.</summary>
    public string ChannelsFirst(string maps) => Reordered(maps, "channels first", r => [0, r - 1, .. Axes(1, r - 2)]);

    /// <summary>Maps with their channels where the node has them.</summary>
    public string ChannelsBack(string maps) => Reordered(maps, "channels last", r => [0, .. Axes(2, r - 2), 1]);

    /// <summary>
    /// The softmax of the first input; before opset 13 it runs over everything from its axis on, the tensor being seen as a matrix.
    /// </summary>
    public string Softmax()
    {
        var (real, axis) = (Real(0), node.Int("axis", -1));
        if (node.Int("opset", 13) >= 13 || axis == -1)
            return Emit("Softmax", [real]);
        var flat = nodes.Add("Flatten", [real], nodes.Name(node.Output[0], "flat"), Of("axis", axis));
        var whole = nodes.Add("Softmax", [flat], nodes.Name(node.Output[0], "softmax"));
        return nodes.Add(
            "Reshape",
            [whole, nodes.Add("Shape", [real], nodes.Name(node.Output[0], "shape"))],
            nodes.Name(node.Output[0], "real")
        );
    }

    /// <summary>A sum with the input at a position, if it is there.</summary>
    public string Plus(int at, string value) =>
        node.InputOrNull(at) is { } summand ? nodes.Add("Add", [value, summand], nodes.Name(node.Output[0], "sum")) : value;

    /// <summary>The result, quantised with the scale at a position and the zero point after it. Without them it is real.</summary>
    public void Quantized(int scale, string value)
    {
        if (node.InputOrNull(scale) is not { } step)
            Plain(value);
        else
            nodes.Add("QuantizeLinear", [value, step, node.InputOrNull(scale + 1) ?? Zero()], node.Output[0]);
    }

    /// <summary>The result as it is.</summary>
    public void Plain(string value) => nodes.Add("Identity", [value], node.Output[0]);

    /// <summary>The result as 32-bit integers.</summary>
    public void Whole(string value)
    {
        nodes.Add("Cast", [value], node.Output[0], Of("to", (long)DataType.Int32));
        nodes.Note(node.Output[0], value);
    }

    private string Reordered(string maps, string what, Func<int, long[]> order) =>
        node.Int("channels_last", 0) != 0
            ? nodes.Add(
                "Transpose",
                [maps],
                nodes.Name(node.Output[0], what),
                Of("perm", order(nodes.Graph.Type(node.Input[0])!.Rank!.Value))
            )
            : maps;

    private static IEnumerable<long> Axes(int first, int count) => Enumerable.Range(first, count).Select(i => (long)i);

    // Without a zero point, QuantizeLinear would take the result for unsigned.
    private string Zero() => nodes.Graph.Add(Tensors.Zero(nodes.Graph.Type(node.Output[0])?.Element ?? DataType.Uint8)).Name;

    private string Dequantize(string value, string scale, string? zero, int? axis) =>
        nodes.Add(
            "DequantizeLinear",
            [value, scale, zero],
            nodes.Name(value, "dequantized"),
            axis is { } a && !IsScalar(scale) ? [Of("axis", (long)a)] : []
        );

    private bool IsScalar(string scale) => nodes.Graph.Type(scale)?.Dims?.All(d => d.Size == 1) ?? true;

    // What the operator on real numbers does not know.
    private static bool Applies(AttributeProto attribute) => attribute.Name is not ("channels_last" or "opset");
}
