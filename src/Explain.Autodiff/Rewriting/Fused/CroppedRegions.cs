using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>Regions of feature maps, scaled to one size by linear interpolation.</summary>
internal static class CroppedRegions
{
    /// <summary>
    /// Maps are [batch, channels, height, width]; a region is y1, x1, y2, x2 in parts of the map's extent. Interpolation is a product
    /// with a
    /// matrix for each axis, in which each position has at most two weights. Null for other modes.
    /// </summary>
    public static Parts Apply(Forward n)
    {
        if (n.Node.String("mode", "bilinear") != "bilinear")
            return $"its mode '{n.Node.String("mode", "")}' is not known";
        var g = n.Graph;
        var size = Masks.Long(n[3]);
        var maps = Gather(n.X, Masks.Long(n[2]), 0).WithRank(4);
        var (down, across) = (Axis(0, 2), Axis(1, 3));
        var inside = Unsqueeze(down.Inside, Ints(g, 1, 3)) * Unsqueeze(across.Inside, Ints(g, 1, 2));
        var left = MatMul(Unsqueeze(down.Weights, Ints(g, 1)).WithRank(4), maps).WithRank(4);
        var crops = MatMul(left, TransposeMatrix(Unsqueeze(across.Weights, Ints(g, 1)).WithRank(4), 4)).WithRank(4);
        var outside = n.Float("extrapolation_value", 0);
        return [outside == 0 ? crops * inside : crops * inside + (1 - inside) * outside];

        // For each region and position of the crop: how near it is to each position of the map, and whether it lies in the map at all.
        (Value Weights, Value Inside) Axis(int axis, int of)
        {
            Value Real(Value integers) => Cast(integers, n.X.Element);
            var extent = Extents.Along(n.X, of);
            var count = Gather(size, Ints(g, axis), 0);
            var (first, last) = (Bound(axis), Bound(axis + 2));
            var span = Real(extent - 1);
            var many = Emit("Max", [count - 1, Ints(g, 1)]);
            var steps = Real(Extents.Positions(count)) / Real(many);
            // A single position is the middle.
            var single = Real(Emit("Equal", [count, Ints(g, 1)]).As(Onnx.TensorProto.Types.DataType.Bool));
            var at = (first + (last - first) * (steps + single * 0.5)) * span;
            var distance = Unsqueeze(at, Ints(g, 2)) - Real(Extents.Positions(extent));
            var weights = Emit("Relu", [1 - Emit("Abs", [distance])]).WithRank(3);
            var inMap = Masks.Both(Masks.NotAfter(at.Scalar(0), at), Masks.NotAfter(at, span));
            return (weights, Real(inMap).WithRank(2));
        }

        Value Bound(int index) => Slice(n[1], Ints(g, index), Ints(g, index + 1), Ints(g, 1)).WithRank(2);
    }
}
