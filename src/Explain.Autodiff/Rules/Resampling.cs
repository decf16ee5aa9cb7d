using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>The gradient of <c>Resize</c>.</summary>
internal static class Resampling
{
    private const int Region = 1;
    private const int Scales = 2;
    private const int Sizes = 3;
    private const int FirstSpatial = 2;

    /// <summary>
    /// Resizing is linear and works on each axis by itself: along one it is a product with a matrix A, and its gradient one with Aᵀ. Column
    /// j of A is the j-th unit vector resized, so the same operator computes A from a unit matrix, whatever its mode.
    /// </summary>
    public static Value Gradient(Forward n, Value dy)
    {
        var rank = n.Rank(0);
        var stretches = n.Node.String("keep_aspect_ratio_policy", "stretch") == "stretch";
        return Axes(n, rank)
            .Aggregate(dy, (g, axis) =>
                Along(g, axis, rank, (stretches ? Matrix(n, axis, rank) : InProportion(n, axis, rank)).WithRank(2)).WithRank(rank)
            );
    }

    // aᵀ g along an axis.
    private static Value Along(Value g, int axis, int rank, Value matrix)
    {
        if (axis == rank - 1)
            return MatMul(g, matrix);
        if (axis == rank - 2)
            return MatMul(TransposeMatrix(matrix, 2), g);
        long[] swapped =
        [
            .. Enumerable
                .Range(0, rank)
                .Select(i =>
                    (long)(
                        i == axis ? rank - 1
                        : i == rank - 1 ? axis
                        : i
                    )
                ),
        ];
        return Transpose(MatMul(Transpose(g, swapped).WithRank(rank), matrix).WithRank(rank), swapped);
    }

    // The axes that may change. Where nothing tells, batch and channels stay as they are.
    private static int[] Axes(Forward n, int rank)
    {
        if (n.Ints("axes") is { } named)
            return [.. named.Select(n.Axis)];
        if (n.Has(Scales) && Tensors.ReadFloats(n.Graph.Constant(n.Node.Input[Scales])) is { } scales && scales.Length == rank)
            return [.. Enumerable.Range(0, rank).Where(i => scales[i] != 1)];
        if (
            n.X.Type?.Dims is { } from
            && n.Y.Type?.Dims is { } to
            && to.Count == rank
            && Enumerable.Range(0, Math.Min(rank, FirstSpatial)).Any(i => from[i].Size is { } a && to[i].Size is { } b && a != b)
        )
        {
            return [.. Enumerable.Range(0, rank)];
        }

        return [.. Enumerable.Range(0, rank).Skip(rank > FirstSpatial ? FirstSpatial : 0)];
    }

    // [to, from]
    private static Value Matrix(Forward n, int axis, int rank)
    {
        var extent = At(Shape(n.X), axis);
        var unit = Emit("EyeLike", [Fill(Concat(0, extent, extent), n.X.Element, 0)]);
        var image = Unsqueeze(unit, Ints(n.Graph, 0, 1));
        var position = Position(n, axis, rank);
        var attributes = n.Node.Attribute.Where(a => a.Name is not ("axes" or "extrapolation_value")).Select(a => a.Clone());
        var node = Node(
            "Resize",
            [
                image,
                RegionOf(n, position, rank),
                n.Has(Sizes) ? null : Ones(n, At(n[Scales], position)),
                n.Has(Sizes) ? Concat(0, Ints(n.Graph, 1, 1), At(n[Sizes], position), extent) : null,
            ],
            1,
            [.. attributes, Of("extrapolation_value", 0f)]
        );
        return Squeeze(new Value(n.Graph, node.Output[0], n.X.Element).As(n.X.Element), Ints(n.Graph, 0, 1));
    }

    // The same where all axes have the factor of one of them: that one is resized, too, by whatever it is repeated along, and one row kept.
    private static Value InProportion(Forward n, int axis, int rank)
    {
        var (graph, extent, position) = (n.Graph, At(Shape(n.X), axis), Position(n, axis, rank));
        var extents = n.Ints("axes") is { } axes ? Gather(Shape(n.X), Ints(graph, axes), 0) : Shape(n.X);
        var factors = Cast(n[Sizes], DataType.Float) / Cast(extents, DataType.Float);
        var least = n.Node.String("keep_aspect_ratio_policy", "") == "not_larger" ? "ArgMin" : "ArgMax";
        var leader = Emit(least, [factors], Of("axis", 0), Of("keepdims", 1)).As(DataType.Int64);
        var unit = Emit("EyeLike", [Fill(Concat(0, extent, extent), n.X.Element, 0)]);
        var image = Expand(Unsqueeze(unit, Ints(graph, 0, 2)), Concat(0, Ints(graph, 1), extent, Gather(extents, leader, 0), extent));
        Value? region = RegionOf(n, position, rank) is { } whole ? Gather(whole, Ints(graph, 0, 2, 4, 6), 0) : null;
        var attributes = n.Node.Attribute.Where(a => a.Name is not ("axes" or "extrapolation_value")).Select(a => a.Clone());
        var node = Node(
            "Resize",
            [image, region, null, Concat(0, Gather(n[Sizes], leader, 0), At(n[Sizes], position))],
            1,
            [.. attributes, Of("axes", [2, 3]), Of("extrapolation_value", 0f)]
        );
        var resized = Slice(graph[node.Output[0]].As(n.X.Element), Ints(graph, 0), Ints(graph, 1), Ints(graph, 2));
        return Transpose(Squeeze(resized, Ints(graph, 0, 2)), 1, 0);
    }

    private static Value? RegionOf(Forward n, int position, int rank)
    {
        if (n.Node.String("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize")
            return null;
        var count = n.Ints("axes")?.Length ?? rank;
        Value Number(float value) => n.Graph.Add(Tensors.Float([1], [value]));
        Value Bound(int index) => Cast(At(n[Region], index), DataType.Float);
        return Concat(0, Number(0), Number(0), Bound(position), Number(0), Number(1), Number(1), Bound(count + position), Number(1));
    }

    private static Value Ones(Forward n, Value scale) =>
        Concat(0, n.Graph.Add(Tensors.Float([2], [1, 1])), scale, n.Graph.Add(Tensors.Float([1], [1])));

    private static Value At(Value vector, int index) => Gather(vector, Ints(vector.Graph, index), 0);

    // Scales and sizes may be given for some axes only.
    private static int Position(Forward n, int axis, int rank) =>
        n.Ints("axes") is { } axes ? Array.FindIndex(axes, a => (a < 0 ? a + rank : a) == axis) : axis;
}
