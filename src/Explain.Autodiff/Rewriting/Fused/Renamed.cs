using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Operators that ONNX Runtime had before the standard, which has them by now, and those that it keeps from the first opsets.
/// </summary>
internal static class Renamed
{
    /// <summary>The operator of the same name with the same inputs and attributes.</summary>
    public static Parts Same(Forward n) => As(n, n.Node.OpType);

    /// <summary>The input itself.</summary>
    public static Parts Identity(Forward n) => [Emit("Identity", [n.X])];

    /// <summary>One more axis.</summary>
    public static Parts ExpandDims(Forward n) => [Unsqueeze(n.X, Reshape(Masks.Long(n[1]), 1))];

    /// <summary>Padding by an input that may be a row, with a filling that is a vector of one.</summary>
    public static Parts Pad(Forward n) =>
        [Emit("Pad", [n.X, Reshape(n[1], -1), n.Has(2) ? Reshape(n[2], Ints(n.Graph)) : null], n.Node.Attribute.Select(a => a.Clone()))];

    /// <summary>Sampling at positions; opset 20 gave the modes other names.</summary>
    public static Parts GridSample(Forward n)
    {
        var mode = n.Node.String("mode", "bilinear");
        if (n.Graph.Opset >= 20)
        {
            mode = mode switch
            {
                "bilinear" => "linear",
                "bicubic" => "cubic",
                _ => mode,
            };
        }

        return
        [
            Emit("GridSample", [n.X, n[1]], [.. n.Node.Attribute.Where(a => a.Name != "mode").Select(a => a.Clone()), Of("mode", mode)]),
        ];
    }

    /// <summary>Distinct numbers in the order in which they come.</summary>
    public static Parts Unique(Forward n)
    {
        var outputs = Node("Unique", [n.X], 4, [Of("sorted", 0L)]).Output;
        Value Integers(int i) => new Value(n.Graph, outputs[i], n.X.Element).As(Onnx.TensorProto.Types.DataType.Int64).WithRank(1);
        return [new Value(n.Graph, outputs[0], n.X.Element).As(n.X.Element).WithRank(1), Integers(2), Integers(3)];
    }

    /// <summary>alpha · x + beta.</summary>
    public static Parts Affine(Forward n) => [n.X * n.Float("alpha", 1) + n.Float("beta", 0)];

    /// <summary>scale · x.</summary>
    public static Parts Scale(Forward n) => [n.X * n.Float("scale", 1)];

    /// <summary>scale · x + bias, one a channel.</summary>
    public static Parts ImageScaler(Forward n)
    {
        var bias = n.Node.Floats("bias") ?? [];
        return [n.X * n.Float("scale", 1) + n.Graph.Add(Tensors.Float([bias.Length, 1, 1], bias))];
    }

    /// <summary>alpha · log(1 + exp(beta · x)).</summary>
    public static Parts ParametricSoftplus(Forward n) => [Emit("Softplus", [n.X * n.Float("beta", 0)]) * n.Float("alpha", 0)];

    /// <summary>alpha · tanh(beta · x).</summary>
    public static Parts ScaledTanh(Forward n) => [Emit("Tanh", [n.X * n.Float("beta", 0)]) * n.Float("alpha", 0)];

    /// <summary>What is left of an image without its border, or a window of it that begins there.</summary>
    public static Parts Crop(Forward n)
    {
        if (n.Ints("border") is not [var left, var top, var right, var bottom])
            return "its border is not one of four sides";
        var (starts, axes) = (Ints(n.Graph, top, left), Ints(n.Graph, 2, 3));
        var ends = n.Ints("scale") is [var height, var width]
            ? Ints(n.Graph, top + height, left + width)
            : Extents.Between(n.X, 2, 4) - Ints(n.Graph, bottom, right);
        return [Slice(n.X, starts, ends, axes)];
    }

    /// <summary>Slicing.</summary>
    public static Parts DynamicSlice(Forward n) => As(n, "Slice");

    private static Parts As(Forward n, string op) =>
        [Emit(op, Enumerable.Range(0, n.Count).Select(n.Optional), n.Node.Attribute.Select(a => a.Clone()))];
}
