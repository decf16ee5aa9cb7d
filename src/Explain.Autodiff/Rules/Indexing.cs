using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of operators that move elements about.</summary>
internal static class Indexing
{
    /// <summary>Each input gets its own stretch of the cotangent.</summary>
    public static Value?[] Concat(Forward n, Value dy)
    {
        var axis = n.Int("axis", 0);
        if (n.Count == 1)
            return [dy];
        var extents = Enumerable.Range(0, n.Count).Select(i => Extent(n, n[i], axis)).ToArray();
        if (axis == 1 && extents.All(e => e is not null) && CanNarrow(dy))
            return Stretches(dy, [.. extents.Select(e => e!.Value)]);
        var sizes = extents.All(e => e is not null)
            ? Ints(n.Graph, [.. extents.Select(e => e!.Value)])
            : Ops.Concat(0, [.. Enumerable.Range(0, n.Count).Select(i => (Value?)Gather(Shape(n[i]), Ints(n.Graph, axis), 0))]);
        var parts = Node("Split", [dy, sizes], n.Count, [Of("axis", axis)]).Output;
        return [.. parts.Select(p => (Value?)n.Graph[p].As(dy.Element))];
    }

    // Channels of a convolution's result come from rows of its weights, so each stretch is a convolution of its own: no pass over memory,
    // and the blocked layout is kept.
    private static Value?[] Stretches(Value dy, long[] extents)
    {
        var start = 0L;
        return [.. extents.Select(extent => (Value?)Narrow(dy, start, start += extent))];
    }

    private static bool CanNarrow(Value v) =>
        v.Graph.Producer(v.Name) switch
        {
            { OpType: "Conv" } conv => conv.Int("group", 1) == 1 && conv.Input.Count == 2,
            { OpType: "Add" } add => add.Input.All(i => CanNarrow(v.Graph[i])),
            { OpType: "Transpose" } transpose => transpose.Ints("perm") is [0, 3, 1, 2],
            _ => false,
        };

    private static Value Narrow(Value v, long start, long end)
    {
        var (graph, node) = (v.Graph, v.Graph.Producer(v.Name)!);
        if (node.OpType == "Add")
            return Narrow(graph[node.Input[0]], start, end) + Narrow(graph[node.Input[1]], start, end);
        if (node.OpType == "Transpose")
            return Transpose(Slice(graph[node.Input[0]], Ints(graph, start), Ints(graph, end), Ints(graph, 3)), 0, 3, 1, 2);
        var rows = Slice(graph[node.Input[1]], Ints(graph, start), Ints(graph, end), Ints(graph, 0));
        return Emit("Conv", [graph[node.Input[0]], rows], node.Attribute.Select(a => a.Clone()));
    }

    /// <summary>The stretches, one behind the other again.</summary>
    public static Value?[] Split(Forward n, Value dy) =>
        [Ops.Concat(n.Int("axis", 0), [.. n.Node.Output.Select((_, i) => (Value?)n.Cotangent(i))]), null];

    /// <summary>The cotangent of every copy, added up where it came from.</summary>
    public static Value GatherGradient(Forward n, Value dy)
    {
        var (rank, axis) = (n.Rank(0), n.Axis(n.Int("axis", 0)));
        // As [before, indices, after]: the indices become one axis, whatever their own shape was.
        var shape = Shape(n.X);
        var before = Slice(shape, Ints(n.Graph, 0), Ints(n.Graph, axis));
        var after = Slice(shape, Ints(n.Graph, axis + 1), Ints(n.Graph, long.MaxValue));
        var minusOne = Ints(n.Graph, -1);
        var updates = Reshape(dy, Ops.Concat(0, before, minusOne, after));
        var indices = Reshape(n[1], [-1, .. Enumerable.Repeat(1L, rank - axis - 1)]);
        var zeros = Fill(shape, dy.Element, 0);
        return Emit(
            "ScatterElements",
            [zeros, Expand(NonNegative(indices, Gather(shape, Ints(n.Graph, axis), 0)), Shape(updates)), updates],
            Of("axis", axis),
            Of("reduction", "add")
        );
    }

    /// <summary>The cotangent among zeros, at the positions that were cut out.</summary>
    public static Value SliceGradient(Forward n, Value dy)
    {
        var everyPosition = !n.Has(4) || Tensors.ReadInts(n.Graph.Constant(n[4].Name))?.All(step => step == 1) == true;
        if (!everyPosition || !n.Has(3))
            return ScatterFlat(n.X, SlicedPositions(n), dy);
        var (axes, starts) = (Wide(n[3]), Wide(n[1]));
        var (extents, left) = (Gather(Shape(n.X), axes, 0), Gather(Shape(dy), axes, 0));
        // Negative positions count from the end, and those outside mean the border.
        var counted = Emit("Where", [Emit("Less", [starts, starts.Scalar(0)]).As(DataType.Bool), starts + extents, starts])
            .As(DataType.Int64);
        var before = Emit("Min", [Emit("Max", [counted, starts.Scalar(0)]), extents]);
        return Emit("Pad", [dy, Ops.Concat(0, before, extents - before - left), null, axes]);
    }

    /// <summary>Each update comes from the element that it became or was added to; data that was replaced has no influence.</summary>
    public static Value?[] ScatterElements(Forward n, Value dy)
    {
        var axis = Of("axis", n.Int("axis", 0));
        var updates = Emit("GatherElements", [dy, n[1]], axis);
        return n.Node.String("reduction", "none") == "add"
            ? [dy, null, updates]
            : [Emit("ScatterElements", [dy, n[1], updates - updates], axis), null, updates];
    }

    // Where each element of the slice lies in the flattened input.
    private static Value SlicedPositions(Forward n)
    {
        var size = Emit("ReduceProd", [Shape(n.X)], Of("keepdims", 0));
        var positions = Reshape(Emit("Range", [size.Scalar(0), size, size.Scalar(1)]), Shape(n.X));
        return Emit("Slice", [positions, .. Enumerable.Range(1, n.Count - 1).Select(i => n.Has(i) ? n[i] : (Value?)null)]);
    }

    private static Value Wide(Value indices) => Cast(indices, DataType.Int64);

    private static Value NonNegative(Value indices, Value extent)
    {
        var wide = Wide(indices);
        return Emit("Mod", [wide + extent, extent]);
    }

    private static long? Extent(Forward n, Value x, long axis) =>
        x.Type?.Dims is not { } dims ? null
        : axis >= -dims.Count && axis < dims.Count ? dims[(int)(axis < 0 ? axis + dims.Count : axis)].Size
        : throw n.Refusal($"its input '{x.Name}' has no axis {axis}");
}
