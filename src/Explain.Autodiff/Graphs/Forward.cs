using System.Collections.Frozen;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Graphs;

/// <summary>A node of the forward graph, as its gradient rule and its definition see it.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Node">The node.</param>
public readonly record struct Forward(Graph Graph, NodeProto Node)
{
    /// <summary>The cotangents that are known, by the values they belong to.</summary>
    internal IReadOnlyDictionary<string, Value> Cotangents { get; init; } = FrozenDictionary<string, Value>.Empty;

    /// <summary>The values that an input of the model has a part in; found out when first asked for.</summary>
    internal Lazy<HashSet<string>>? Computed { get; init; }

    /// <summary>The values that depend on what is differentiated by; null where all may.</summary>
    internal IReadOnlySet<string>? Active { get; init; }

    /// <summary>The first input.</summary>
    public Value X => this[0];

    /// <summary>The first output.</summary>
    public Value Y => Graph[Node.Output[0]];

    /// <summary>Input <paramref name="index"/>.</summary>
    /// <exception cref="NotSupportedException">The node has none.</exception>
    public Value this[int index] => Node.InputOrNull(index) is { } name ? Graph[name] : throw Refusal($"it has no input {index}");

    /// <summary>
    /// The cotangent of output <paramref name="index"/>, shaped like it; zeros where nothing differentiated depends on it.
    /// </summary>
    public Value Cotangent(int index) =>
        Cotangents.TryGetValue(Node.Output[index], out var known)
            ? known
            : Ops.Fill(Ops.Shape(Graph[Node.Output[index]]), CotangentElement(index), 0);

    /// <summary>The optional input, or null.</summary>
    public Value? Optional(int index) => Has(index) ? this[index] : null;

    /// <summary>Number of inputs.</summary>
    public int Count => Node.Input.Count;

    /// <summary>Whether the optional input is there.</summary>
    public bool Has(int index) => Node.InputOrNull(index) is not null;

    /// <summary>The node once more, on other inputs.</summary>
    internal Forward Again(IEnumerable<string> inputs) => this with { Node = Ops.Again(Graph, Node, inputs) };

    /// <summary>Output <paramref name="index"/>, added to the node when the model does not ask for it.</summary>
    public Value Output(int index)
    {
        while (Node.Output.Count <= index)
            Node.Output.Add("");
        if (Node.Output[index].Length == 0)
        {
            Node.Output[index] = Graph.Fresh($"{Node.OpType}.{index}");
            Graph.Register(Node);
        }
        return Graph[Node.Output[index]];
    }

    /// <summary>An integer attribute.</summary>
    public long Int(string name, long fallback) => Node.Int(name, fallback);

    /// <summary>A float attribute.</summary>
    public float Float(string name, float fallback) => Node.Float(name, fallback);

    /// <summary>A list attribute, or null.</summary>
    public long[]? Ints(string name) => Node.Ints(name);

    /// <summary>A list attribute that a rule asks to have a number of entries, or null.</summary>
    /// <exception cref="NotSupportedException">It has more entries, or fewer.</exception>
    public long[]? Ints(string name, int count) =>
        Node.Ints(name) is not { } list ? null
        : list.Length == count ? list
        : throw Refusal($"its {name} are {list.Length} numbers, not {count}");

    /// <summary>An axis of input 0, counted from the first; negative ones are given from the last.</summary>
    /// <exception cref="NotSupportedException">There is no such axis, or the rank is not known.</exception>
    public int Axis(long axis)
    {
        var rank = Rank(0);
        return axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Refusal($"its input has no axis {axis}");
    }

    /// <summary>What a rule throws at a node that it does not know.</summary>
    /// <param name="reason">What it does not know, or what of the node does not fit together.</param>
    /// <param name="cause">What showed it, or null.</param>
    public NotSupportedException Refusal(string reason, Exception? cause = null) =>
        new($"the gradient of {Node.OpType} '{(Node.Name.Length > 0 ? Node.Name : Node.Output[0])}' is not known: {reason}", cause);

    // That of a quantised value is a float.
    private DataType CotangentElement(int index) =>
        Graph[Node.Output[index]].Element is var element && new TensorType(element, null).IsFloat ? element : DataType.Float;

    /// <summary>Rank of input <paramref name="index"/>.</summary>
    /// <exception cref="NotSupportedException">The rank is not known.</exception>
    public int Rank(int index) =>
        this[index].Type?.Rank
        ?? throw new NotSupportedException($"the rank of '{Node.Input[index]}', input of {Node.OpType} '{Node.Name}', is not known");
}
