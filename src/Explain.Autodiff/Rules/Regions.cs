using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Pooling of regions of interest: a fixed number of bins each, whatever the region's extent.</summary>
internal static class Regions
{
    private const double Lowest = float.MinValue;

    /// <summary>
    /// <c>RoiAlign</c> (He et al., Mask R-CNN): bilinear samples in each bin, averaged, or the largest of their terms. Reading at a row
    /// and a column are products with sparse matrices, so nothing is as large as all samples of all channels at once.
    /// </summary>
    public static Parts RoiAlign(Forward n)
    {
        var graph = n.Graph;
        var largest = n.Node.String("mode", "avg") == "max";
        var (rows, columns) = (Samples(n, 0, "output_height"), Samples(n, 1, "output_width"));
        var (down, across) = (rows.Matrix(n, 0, largest), columns.Matrix(n, 1, largest));
        // [R, rows, N, H]: the region's own image only.
        var images = Positions(Extent(n.X, 0));
        var own = Cast(Same(Reshape(Cast(n[2], DataType.Int64), -1, 1), images), n.X.Element);
        var selected =
            Unsqueeze(down, Ints(graph, 2)) * Reshape(own, Concat(0, Extent(own, 0), Ints(graph, 1), Extent(own, 1), Ints(graph, 1)));
        var (regions, height) = (Extent(down, 0), Extent(down, 1));
        var lines = Reshape(selected, Concat(0, regions * height, Extent(n.X, 0) * Extent(n.X, 2))).WithRank(2);
        var image = Reshape(Transpose(n.X, 0, 2, 1, 3), Concat(0, Extent(n.X, 0) * Extent(n.X, 2), Extent(n.X, 1) * Extent(n.X, 3)))
            .WithRank(2);
        var read = Reshape(MatMul(lines, image).WithRank(2), Concat(0, regions, height * Extent(n.X, 1), Extent(n.X, 3))).WithRank(3);
        var samples = MatMul(read, TransposeMatrix(across.WithRank(3), 3)).WithRank(3);
        if (!largest)
            return [Transpose(Reshape(samples, Concat(0, regions, height, Extent(n.X, 1), Extent(across, 1))), 0, 2, 1, 3)];
        // The largest of all terms, not of their sums: so ONNX Runtime has it.
        var two = Ints(graph, 2);
        var terms = Reshape(
            samples,
            Concat(0, regions, Ints(graph, rows.Bins), rows.Most, two, Extent(n.X, 1), Ints(graph, columns.Bins), columns.Most, two)
        );
        var exist = Emit(
            "And",
            [Unsqueeze(rows.Exist, Ints(graph, 1, 3, 4, 5, 6, 7)), Unsqueeze(columns.Exist, Ints(graph, 1, 2, 3, 4, 5, 7))]
        );
        var most = Emit("ReduceMax", [Where(exist, terms, terms.Scalar(Lowest)), Ints(graph, 2, 3, 6, 7)], Of("keepdims", 0));
        return [Transpose(most, 0, 2, 1, 3)];
    }

    // Along one axis: where each bin of each region reads, [R, bins, samples], and whether, [R, 1, samples]; the divisor of their sum,
    // [R, 1, 1]; of which samples the largest is taken, [R, samples]; the most that any region has, int64 [1].
    private readonly record struct Axis(Value Position, Value Reads, Value Count, Value Exist, Value Most, long Bins)
    {
        // [R, bins, extent], the mean over a bin's samples, or [R, bins · samples · 2, extent], each of the two pixels by itself.
        public Value Matrix(Forward n, int axis, bool each)
        {
            var (graph, last) = (n.Graph, Ints(n.Graph, 3));
            var end = Squeeze(Cast(Extent(n.X, 2 + axis), Position.Element) - 1, Ints(graph, 0));
            var inside = Emit("And", [Emit("Not", [Less(Position, Position.Scalar(-1))]), Emit("Not", [Less(end + 1, Position)])]);
            var reads = Cast(Emit("And", [inside, Reads]), Position.Element);
            var at = Emit("Clip", [Position, Position.Scalar(0), end]);
            var pixels = Cast(Positions(Extent(n.X, 2 + axis)), Position.Element);
            if (!each)
            {
                var weights = Emit("Relu", [1 - Emit("Abs", [Unsqueeze(at, last) - pixels])]);
                return Sum(weights * Unsqueeze(reads, last), Ints(graph, 2), keep: false) / Count;
            }
            var low = Emit("Floor", [at]);
            Value Term(Value pixel, Value weight) =>
                Unsqueeze(Cast(Same(Unsqueeze(pixel, last), pixels), at.Element) * Unsqueeze(weight * reads, last), last);
            var terms = Concat(3, Term(low, 1 - (at - low)), Term(Emit("Min", [low + 1, end]), at - low));
            return Reshape(terms, Concat(0, Extent(terms, 0), Extent(terms, 1) * Extent(terms, 2) * 2, Extent(terms, 4)));
        }
    }

    private static Axis Samples(Forward n, int axis, string bins)
    {
        var (graph, halfPixel) = (n.Graph, n.Node.String("coordinate_transformation_mode", "half_pixel") == "half_pixel");
        var (count, ratio, scale) = (n.Int(bins, 1), n.Int("sampling_ratio", 0), n.Float("spatial_scale", 1));
        // A region is x and y of a corner, then of the opposite one.
        Value Bound(long column) => Gather(Reshape(n[1], -1, 4).WithRank(2), Ints(graph, column), 1) * scale;
        var (start, end) = (Bound(1 - axis), Bound(3 - axis));
        var length = halfPixel ? end - start : Emit("Max", [end - start, end.Scalar(1)]);
        if (halfPixel)
            start -= 0.5;
        var bin = length * (1.0 / count);
        var own = Emit("Ceil", [ratio > 0 ? Fill(Shape(bin), bin.Element, ratio) : bin]);
        var samples = Emit("Max", [own, bin.Scalar(1)]);
        var most = Cast(
            Emit("ReduceMax", [Concat(0, Reshape(samples, -1), Reshape(samples.Scalar(1), 1)), Ints(graph, 0)], Of("keepdims", 1)),
            DataType.Int64
        );
        var each = Cast(Positions(most), bin.Element);
        var behind = Ints(graph, 2);
        var numbers = Reshape(Cast(Positions(Ints(graph, count)), bin.Element), -1, 1);
        var wide = Unsqueeze(bin, behind);
        var position = Unsqueeze(start, behind) + wide * numbers + wide / Unsqueeze(samples, behind) * (each + 0.5);
        return new(position, Unsqueeze(Less(each, own), Ints(graph, 1)), Unsqueeze(samples, behind), Less(each, samples), most, count);
    }

    /// <summary>
    /// <c>MaxRoiPool</c> (Girshick, Fast R-CNN): the largest value of each bin, whose bounds are whole pixels; without any it is 0.
    /// </summary>
    public static Parts MaxRoiPool(Forward n)
    {
        var (graph, bins, scale) = (
            n.Graph,
            n.Ints("pooled_shape", 2) ?? throw n.Refusal("it has no pooled_shape"),
            n.Float("spatial_scale", 1)
        );
        var regions = Reshape(n[1], -1, 5).WithRank(2);
        Value Column(long column) => Gather(regions, Ints(graph, column), 1);
        // Halves are rounded away from 0.
        Value Rounded(Value v) => Emit("Sign", [v]) * Emit("Floor", [Emit("Abs", [v]) + 0.5]);
        (Value Index, Value Exists) Bins(int axis)
        {
            var (start, end) = (Rounded(Column(2 - axis) * scale), Rounded(Column(4 - axis) * scale));
            var bin = Emit("Max", [end - start + 1, start.Scalar(1)]) / start.Scalar(bins[axis]);
            var numbers = Cast(Positions(Ints(graph, bins[axis])), bin.Element);
            var extent = Extent(n.X, 2 + axis);
            Value Bound(Value v) =>
                Unsqueeze(Emit("Min", [Emit("Max", [Cast(v, DataType.Int64), extent.Scalar(0)]), extent]), Ints(graph, 2));
            var (first, last) = (Bound(Emit("Floor", [numbers * bin]) + start), Bound(Emit("Ceil", [(numbers + 1) * bin]) + start));
            var most = Emit("ReduceMax", [Concat(0, Reshape(last - first, -1), Ints(graph, 1)), Ints(graph, 0)], Of("keepdims", 1));
            var index = first + Positions(most);
            return (Emit("Min", [index, extent - 1]), Less(index, last));
        }
        var (rows, columns) = (Bins(0), Bins(1));
        var image = Cast(Emit("Round", [Column(0)]), DataType.Int64);
        var (down, across) = (Ints(graph, 3, 4), Ints(graph, 1, 2));
        var line = Reshape(image, -1, 1, 1) * Extent(n.X, 2) + rows.Index;
        var index = Unsqueeze(line, down) * Extent(n.X, 3) + Unsqueeze(columns.Index, across);
        var exists = Emit("And", [Unsqueeze(rows.Exists, down), Unsqueeze(columns.Exists, across)]);
        var pixels = Reshape(Transpose(n.X, 0, 2, 3, 1), Concat(0, Ints(graph, -1), Extent(n.X, 1))).WithRank(2);
        // [R, rows, samples, columns, samples, C]
        var read = Gather(pixels, index, 0);
        var samples = Where(Unsqueeze(exists, Ints(graph, 5)), read, read.Scalar(Lowest));
        var most = Emit("ReduceMax", [samples, Ints(graph, 2, 4)], Of("keepdims", 0));
        var none = Same(
            Emit("ReduceMax", [Cast(exists, DataType.Int64), Ints(graph, 2, 4)], Of("keepdims", 0)),
            graph.Add(Tensors.Scalar(DataType.Int64, 0))
        );
        return [Transpose(Where(Unsqueeze(none, Ints(graph, 3)), most.Scalar(0), most), 0, 3, 1, 2)];
    }
}
