using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Graphs;

/// <summary>A handle on a tensor of a graph. Its operators append nodes to the graph and return handles on what they compute.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Name">The tensor's name.</param>
/// <param name="Element">Its element type.</param>
public readonly record struct Value(Graph Graph, string Name, DataType Element)
{
    /// <summary>Elementwise sum with broadcasting.</summary>
    public static Value operator +(Value a, Value b) => Ops.Emit("Add", [a, b]);

    /// <summary>Elementwise difference with broadcasting.</summary>
    public static Value operator -(Value a, Value b) => Ops.Emit("Sub", [a, b]);

    /// <summary>Elementwise product with broadcasting.</summary>
    public static Value operator *(Value a, Value b) => Ops.Emit("Mul", [a, b]);

    /// <summary>Elementwise quotient with broadcasting.</summary>
    public static Value operator /(Value a, Value b) => Ops.Emit("Div", [a, b]);

    /// <summary>Sum with a number.</summary>
    public static Value operator +(Value a, double b) => a + a.Scalar(b);

    /// <summary>Difference from a number.</summary>
    public static Value operator -(double a, Value b) => b.Scalar(a) - b;

    /// <summary>Difference with a number.</summary>
    public static Value operator -(Value a, double b) => a - a.Scalar(b);

    /// <summary>Product with a number.</summary>
    public static Value operator *(Value a, double b) => a * a.Scalar(b);

    /// <summary>Negation.</summary>
    public static Value operator -(Value a) => Ops.Emit("Neg", [a]);

    /// <summary>A scalar constant of this value's element type.</summary>
    public Value Scalar(double value) => Graph.Add(Tensors.Scalar(Element, value));

    /// <summary>The same value with its true element type, where an operator returns another one than it reads.</summary>
    public Value As(DataType element)
    {
        Graph.Declare(Name, new TensorType(element, null));
        return this with { Element = element };
    }

    /// <summary>The same value, of which this much is known: when it is differentiated again, rules may ask.</summary>
    public Value WithRank(int rank)
    {
        Graph.Declare(Name, new TensorType(Element, [.. Enumerable.Repeat(Dim.Unknown, rank)]));
        return this;
    }

    /// <summary>Whether it holds floating-point numbers.</summary>
    public bool IsFloat => new TensorType(Element, null).IsFloat;

    /// <summary>What is known of this value's type.</summary>
    public TensorType? Type => Graph.Type(Name);
}
