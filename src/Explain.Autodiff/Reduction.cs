using static Explain.Autodiff.Attributes;
using static Explain.Autodiff.Ops;

namespace Explain.Autodiff;

/// <summary>What the gradients of reductions share.</summary>
internal static class Reduction
{
    /// <summary>How many inputs went into one output.</summary>
    public static Value Ratio(Forward n)
    {
        if (n.X.Type?.FixedFrom(0) is { } input && n.Y.Type?.FixedFrom(0) is { } output) return n.Y.Scalar((double)Product(input) / Product(output));
        // A variable batch is the rule, and spatial extents are fixed more often than not.
        if (n.X.Type?.FixedFrom(2) is { } area && n.Node.OpType.StartsWith("Global", StringComparison.Ordinal)) return n.Y.Scalar(Product(area));
        return Cast(Count(n.X) / Count(n.Y), n.Y.Element);
    }

    /// <summary>Repeats one value a feature map, [N, C, 1, …], over the places of the pooled input.</summary>
    public static Value Spread(Forward n, Value dy) =>
        // Fixed extents need no look at the input, which may then be dropped from the graph.
        n.X.Type?.FixedFrom(2) is { } area ? Expand(dy, Ints(n.Graph, [1, 1, .. area])) : ExpandLike(dy, n.X);

    /// <summary>Puts the reduced axes back with extent 1, so that the result broadcasts against the input.</summary>
    public static Value Restore(Forward n, Value dy)
    {
        if (n.Int("keepdims", 1) != 0) return dy;
        if (n.Has(1)) return n.Int("noop_with_empty_axes", 0) != 0 && Tensors.ReadInts(n.Graph.Constant(n[1].Name)) is { Length: 0 } ? dy : Unsqueeze(dy, n[1]);
        return n.Int("noop_with_empty_axes", 0) != 0 ? dy : Reshape(dy, Fill(Shape(Shape(n.X)), Onnx.TensorProto.Types.DataType.Int64, 1));
    }

    private static Value Count(Value x) => Emit("ReduceProd", [Shape(x)], Of("keepdims", 0));

    private static long Product(long[] extents) => extents.Aggregate(1L, (a, b) => a * b);
}
