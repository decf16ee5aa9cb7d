using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>
/// The gradient of Σ cotangent · output of a graph with respect to each wanted value; one that no output depends on has none.
/// </summary>
internal delegate IReadOnlyDictionary<string, Value> Differentiation(
    Graph graph,
    IReadOnlyList<(Value Output, Value Cotangent)> outputs,
    IReadOnlyCollection<string> wanted
);

/// <summary>A node with bodies, as the backward pass sees it.</summary>
/// <param name="Graph">The graph that it stands in.</param>
/// <param name="Node">The node.</param>
/// <param name="Cotangents">The cotangents that are known, by the values they belong to.</param>
/// <param name="Active">The values of the graph through which a change of what is differentiated by can flow.</param>
/// <param name="Differentiate">Differentiates a body.</param>
internal sealed record FlowNode(
    Graph Graph,
    NodeProto Node,
    IReadOnlyDictionary<string, Value> Cotangents,
    IReadOnlySet<string> Active,
    Differentiation Differentiate
)
{
    private static readonly HashSet<string> Drawing =
    [
        "Bernoulli",
        "Multinomial",
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
    ];

    /// <summary>The body of an attribute.</summary>
    /// <exception cref="NotSupportedException">There is none, or what it computes would be another thing when it is computed
    /// again.</exception>
    public GraphProto Body(string attribute) =>
        Node.Find(attribute)?.G is not { } body ? throw Refusal($"it has no {attribute}")
        : Bodies.Hold(Node, Drawing) ? throw Refusal("what is inside it draws at random, and is computed anew for the gradient")
        : AutoPad.StaysAutomatic(body) ? throw Refusal("what is inside it pads automatically for extents that are not known")
        : body;

    /// <summary>The cotangent of an output; null when nothing differentiated depends on it.</summary>
    public Value? CotangentOf(int output)
    {
        if (output >= Node.Output.Count || !Cotangents.TryGetValue(Node.Output[output], out var cotangent))
            return null;
        Graph.Declare(cotangent.Name, new TensorType(cotangent.Element, Graph.Type(Node.Output[output])?.Dims));
        return cotangent;
    }

    /// <summary>Zeros in the shape of a value, in which gradients with respect to it are added up.</summary>
    public static Value Zeros(Value value)
    {
        var zeros = Fill(Shape(value), CotangentElement(value), 0);
        value.Graph.Declare(zeros.Name, CotangentType(value));
        return zeros;
    }

    /// <summary>The type of a value's cotangent: that of an integer is a float.</summary>
    public static TensorType CotangentType(Value value) => new(CotangentElement(value), value.Type?.Dims);

    /// <summary>What is thrown at a node that is not understood.</summary>
    public NotSupportedException Refusal(string reason) => new Forward(Graph, Node).Refusal(reason);

    private static DataType CotangentElement(Value value) => new TensorType(value.Element, null).IsFloat ? value.Element : DataType.Float;
}
