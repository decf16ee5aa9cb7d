using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>What the gradients of reductions share.</summary>
internal static class Reduction
{
    /// <summary>How many inputs went into one output.</summary>
    public static Value Ratio(Forward n)
    {
        if (n.X.Type?.FixedFrom(0) is { } input && n.Y.Type?.FixedFrom(0) is { } output)
            return n.Y.Scalar((double)Product(input) / Product(output));
        // A variable batch is the rule, and spatial extents are fixed more often than not.
        if (n.X.Type?.FixedFrom(2) is { } area && n.Node.OpType.StartsWith("Global", StringComparison.Ordinal))
            return n.Y.Scalar(Product(area));
        return Cast(Count(n.X) / Count(n.Y), n.Y.Element);
    }

    /// <summary>Repeats one value a feature map, [N, C, 1, …], over the positions of the pooled input.</summary>
    public static Value Spread(Forward n, Value dy) =>
        // Fixed extents need no look at the input, which may then be dropped from the graph.
        n.X.Type?.FixedFrom(2)
            is { } area
            ? Expand(dy, Ints(n.Graph, [1, 1, .. area]))
            : ExpandLike(dy, n.X);

    /// <summary>Puts the reduced axes back with extent 1, so that the result broadcasts against the input.</summary>
    public static Value Restore(Forward n, Value dy)
    {
        if (n.Int("keepdims", 1) != 0)
            return dy;
        if (n.Has(1))
        {
            return n.Int("noop_with_empty_axes", 0) != 0 && Tensors.ReadInts(n.Graph.Constant(n[1].Name)) is { Length: 0 }
                ? dy
                : Unsqueeze(dy, n[1]);
        }

        return n.Int("noop_with_empty_axes", 0) != 0 ? dy : Reshape(dy, Fill(Shape(Shape(n.X)), DataType.Int64, 1));
    }

    /// <summary>Positions that hold the extreme value part it evenly.</summary>
    public static Value Extreme(Forward n, Value dy)
    {
        var chosen = Cast(Emit("Equal", [n.X, Restore(n, n.Y)]).As(DataType.Bool), dy.Element);
        return chosen * (Restore(n, dy) / Total(n, chosen));
    }

    /// <summary>The product of all other values; where one of them is 0, nothing but its own is left.</summary>
    public static Value Products(Forward n, Value dy)
    {
        var zero = IsZero(n.X);
        var (zeros, safe) = (Cast(zero, dy.Element), Where(zero, n.X.Scalar(1), n.X));
        var (count, rest) = (Total(n, zeros), Restore(n, Reduced(n, "ReduceProd", safe)));
        var ofOthers = Where(
            zero,
            Where(Emit("Less", [count, count.Scalar(1.5)]).As(DataType.Bool), rest, rest.Scalar(0)),
            Where(IsZero(count), rest / safe, rest.Scalar(0))
        );
        return Restore(n, dy) * ofOthers;
    }

    /// <summary>The sum of a value over the reduced axes, which stay.</summary>
    public static Value Total(Forward n, Value x) => Restore(n, Reduced(n, "ReduceSum", x));

    private static Value Reduced(Forward n, string op, Value x) =>
        Emit(op, [x, n.Has(1) ? n[1] : null], n.Node.Attribute.Select(a => a.Clone()));

    private static Value Count(Value x) => Emit("ReduceProd", [Shape(x)], Of("keepdims", 0));

    private static long Product(long[] extents) => extents.Aggregate(1L, (a, b) => a * b);
}
