using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Graphs;

/// <summary>Functions that append nodes (opset 18 form) and return their outputs.</summary>
internal static class Ops
{
    /// <summary>The slope of a HardSigmoid that does not say its own.</summary>
    public const float HardSigmoidSlope = 0.2f;

    /// <summary>Any one-output operator whose result has the element type of its first input.</summary>
    public static Value Emit(string op, IEnumerable<Value?> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var read = inputs.ToArray();
        var first = read[0]!.Value;
        return new Value(first.Graph, Node(op, read, 1, attributes).Output[0], first.Element).As(first.Element);
    }

    /// <summary>Any operator; absent optional inputs are null.</summary>
    public static NodeProto Node(string op, Value?[] inputs, int outputs, IEnumerable<AttributeProto> attributes) =>
        inputs.First(i => i is not null)!.Value.Graph.Append(op, inputs.Select(i => i?.Name ?? ""), outputs, attributes);

    /// <summary>A node once more, on other inputs. What it computes has the types of what the first one computes.</summary>
    public static NodeProto Again(Graph graph, NodeProto node, IEnumerable<string> inputs)
    {
        var copy = graph.Append(node.OpType, inputs, node.Output.Count, node.Attribute.Select(a => a.Clone()));
        copy.Domain = node.Domain;
        for (var i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length == 0)
                copy.Output[i] = "";
            else if (graph.Type(node.Output[i]) is { } type)
                graph.Declare(copy.Output[i], type);
        }

        return copy;
    }

    public static Value Ints(Graph graph, params ReadOnlySpan<long> values) => graph.Add(Tensors.Ints(values));

    public static Value Shape(Value x) => Emit("Shape", [x]).As(DataType.Int64);

    public static Value Reshape(Value x, Value shape) => Emit("Reshape", [x, shape], Of("allowzero", 1));

    public static Value Reshape(Value x, params ReadOnlySpan<long> shape) => Emit("Reshape", [x, Ints(x.Graph, shape)]);

    /// <summary>The same elements in the shape of <paramref name="like"/>.</summary>
    public static Value ReshapeLike(Value x, Value like) => Reshape(x, Shape(like));

    public static Value Expand(Value x, Value shape) => Emit("Expand", [x, shape]);

    public static Value ExpandLike(Value x, Value like) => Expand(x, Shape(like));

    public static Value Transpose(Value x, params long[] permutation) => Emit("Transpose", [x], Of("perm", permutation));

    /// <summary>The last two axes exchanged.</summary>
    public static Value TransposeMatrix(Value x, int rank) =>
        Transpose(x, [.. Enumerable.Range(0, rank - 2).Select(i => (long)i), rank - 1, rank - 2]).WithRank(rank);

    public static Value MatMul(Value a, Value b) => Emit("MatMul", [a, b]);

    public static Value Gemm(Value a, Value b, bool transA, bool transB, float alpha) =>
        Emit("Gemm", [a, b], Of("transA", transA ? 1 : 0), Of("transB", transB ? 1 : 0), Of("alpha", alpha));

    public static Value Sum(Value x, Value axes, bool keep = true) =>
        Emit("ReduceSum", [x, axes], Of("keepdims", keep ? 1 : 0), Of("noop_with_empty_axes", 1));

    public static Value Sum(Value x, params ReadOnlySpan<long> axes) => Sum(x, Ints(x.Graph, axes));

    public static Value Squeeze(Value x, Value axes) => Emit("Squeeze", [x, axes]);

    public static Value Unsqueeze(Value x, Value axes) => Emit("Unsqueeze", [x, axes]);

    public static Value Concat(long axis, params Value?[] parts) => Emit("Concat", parts, Of("axis", axis));

    public static Value Gather(Value x, Value indices, long axis) => Emit("Gather", [x, indices], Of("axis", axis));

    public static Value Slice(Value x, Value starts, Value ends, Value? axes = null, Value? steps = null) =>
        Emit("Slice", [x, starts, ends, axes, steps]);

    public static Value Cast(Value x, DataType to) => Emit("Cast", [x], Of("to", (long)to)).As(to);

    /// <summary>An extent of a value, int64 [1].</summary>
    public static Value Extent(Value x, long axis) => Gather(Shape(x), Ints(x.Graph, axis), 0);

    /// <summary>0, 1, … up to an extent given as int64 [1].</summary>
    public static Value Positions(Value extent)
    {
        var end = Squeeze(extent, Ints(extent.Graph, 0));
        return Emit("Range", [end.Scalar(0), end, end.Scalar(1)]);
    }

    /// <summary>Where one value is below another.</summary>
    public static Value Less(Value a, Value b) => Emit("Less", [a, b]).As(DataType.Bool);

    /// <summary>Where two values are the same.</summary>
    public static Value Same(Value a, Value b) => Emit("Equal", [a, b]).As(DataType.Bool);

    /// <summary>One value where a condition holds, else the other.</summary>
    public static Value Where(Value condition, Value then, Value otherwise) => Emit("Where", [condition, then, otherwise]).As(then.Element);

    /// <summary>Where a value is 0.</summary>
    public static Value IsZero(Value x) => Emit("Equal", [x, x.Scalar(0)]).As(DataType.Bool);

    /// <summary>A tensor of one repeated number.</summary>
    public static Value Fill(Value shape, DataType element, double value)
    {
        var tensor = Tensors.Scalar(element, value);
        tensor.Dims.Add(1);
        return Emit("ConstantOfShape", [shape], Of("value", tensor)).As(element);
    }

    /// <summary>1 where <paramref name="x"/> is above 0, else 0.</summary>
    public static Value Step(Value x)
    {
        // HardSigmoid stays in the blocked layout that convolutions use on the CPU; Greater and Where do not. The slope is finite, so 0
        // gives exactly 0, and every normal number above 0 gives exactly 1.
        if (x.Element == DataType.Float)
            return Emit("HardSigmoid", [x], Of("alpha", float.MaxValue), Of("beta", 0f));
        return Cast(Emit("Greater", [x, x.Scalar(0)]).As(DataType.Bool), x.Element);
    }

    /// <summary>1 where <paramref name="x"/> is above a number, else 0.</summary>
    public static Value Above(Value x, Value bound) => Beyond(x, bound, 1) ?? Step(x - bound);

    /// <summary>1 where <paramref name="x"/> is below a number, else 0.</summary>
    public static Value Below(Value x, Value bound) => Beyond(x, bound, -1) ?? Step(bound - x);

    /// <summary>Whether a node is a <see cref="Step"/>, <see cref="Above"/> or <see cref="Below"/> in single precision.</summary>
    // No function that a network learned with is that steep.
    public static bool IsStep(NodeProto node) =>
        node.OpType == "HardSigmoid" && MathF.Abs(node.Float("alpha", HardSigmoidSlope)) >= 1.8446744e19f;

    // The difference from a constant would leave the blocked layout; a slope and a shift are part of HardSigmoid. A slope that is a power
    // of two makes both products exact, so that their difference is that of the values; and it brings the smallest of those, a unit in the
    // last place of the bound, above 1.
    private static Value? Beyond(Value x, Value bound, int side)
    {
        if (x.Element != DataType.Float || Tensors.ReadFloats(x.Graph.Constant(bound.Name)) is not [var number])
            return null;
        if (number == 0)
            return Emit("HardSigmoid", [x], Of("alpha", side * float.MaxValue), Of("beta", 0f));
        var exponent = 100 - Math.ILogB(number);
        if (exponent is < 64 or > 127)
            return null;
        var slope = side * MathF.ScaleB(1, exponent);
        return Emit("HardSigmoid", [x], Of("alpha", slope), Of("beta", (float)number * -slope));
    }

    /// <summary>
    /// Adds <paramref name="updates"/> into zeros of the shape of <paramref name="like"/>, at flat positions <paramref name="indices"/>.
    /// </summary>
    public static Value ScatterFlat(Value like, Value indices, Value updates)
    {
        var minusOne = Ints(like.Graph, -1);
        var shape = Shape(like);
        var zeros = Fill(Emit("ReduceProd", [shape], Of("keepdims", 1)), updates.Element, 0);
        var flat = Emit(
            "ScatterElements",
            [zeros, Reshape(indices, minusOne), Reshape(updates, minusOne)],
            Of("axis", 0),
            Of("reduction", "add")
        );
        return Reshape(flat, shape);
    }

    /// <summary>The leading part of <paramref name="x"/> that has the shape of <paramref name="like"/>.</summary>
    public static Value CropLike(Value x, Value like)
    {
        var shape = Shape(like);
        return Slice(x, Fill(Shape(shape), DataType.Int64, 0), shape);
    }

    /// <summary>The same value under a name of its own.</summary>
    public static Value Named(Value value, string name)
    {
        var node = value.Graph.Append("Identity", [value.Name], 1, []);
        node.Output[0] = name;
        value.Graph.Register(node);
        return new Value(value.Graph, name, value.Element);
    }
}
