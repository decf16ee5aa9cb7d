using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Operators that read images at computed positions, and the grids of such positions.</summary>
internal static class Sampling
{
    /// <summary><c>GridSample</c>, in any number of dimensions: positions are given in units of half the image.</summary>
    public static Parts GridSample(Forward n)
    {
        var axes = n.Rank(0) - 2;
        var aligned = n.Int("align_corners", 0) != 0;
        var grid = Reshape(n[1].Element == n.X.Element ? n[1] : Cast(n[1], n.X.Element), 0, -1, axes).WithRank(3);
        // The last number of a position belongs to the first axis that is counted from the end.
        var positions = Enumerable
            .Range(0, axes)
            .Select(axis =>
            {
                var unit = Gather(grid, n.Graph.Add(Tensors.Scalar(Onnx.TensorProto.Types.DataType.Int64, axes - 1 - axis)), 2);
                var extent = Cast(Extent(n.X, 2 + axis), n.X.Element);
                return aligned ? (unit + 1) * ((extent - 1) * 0.5) : ((unit + 1) * extent - 1) * 0.5;
            });
        var kernel = n.Node.String("mode", "linear") switch
        {
            "nearest" => Kernel.Nearest,
            "cubic" or "bicubic" => Kernel.Cubic,
            _ => Kernel.Linear,
        };
        var border = n.Node.String("padding_mode", "zeros") switch
        {
            "border" => Border.Nearest,
            "reflection" => aligned ? Border.MirroredAtCentres : Border.Mirrored,
            _ => Border.Zeros,
        };
        var (image, places) = (Shape(n.X), Shape(n[1]));
        return
        [
            Reshape(
                Interpolation.At(n.X, [.. positions], kernel, border),
                Concat(0, Leading(image, 2), Slice(places, Ints(n.Graph, 1), Ints(n.Graph, -1)))
            ),
        ];
    }

    /// <summary>
    /// <c>DeformConv</c>: every window's pixels are read at their own offsets and weighed by a mask; then it is a product with the weights
    /// (Dai et al., Deformable Convolutional Networks; Zhu et al., Deformable ConvNets v2).
    /// </summary>
    public static Parts DeformConv(Forward n)
    {
        var (graph, x, w, offset) = (n.Graph, n.X, n[1], n[2]);
        var (groups, deformed) = (n.Int("group", 1), n.Int("offset_group", 1));
        var (strides, dilations, pads) = (Convolution.Per(n, "strides", 2), Convolution.Per(n, "dilations", 2), Convolution.Pads(n, 2));
        Value[] kernel = [Extent(w, 2), Extent(w, 3)];
        Value[] output = [Extent(offset, 2), Extent(offset, 3)];
        var window = kernel[0] * kernel[1];
        var batch = Extent(x, 0) * deformed;
        // [N · groups, kernel, axis, output]
        var offsets = Reshape(offset, Concat(0, batch, window, Ints(graph, 2), output[0] * output[1])).WithRank(4);
        var flat = Concat(0, batch, Ints(graph, -1));
        var positions = Enumerable
            .Range(0, 2)
            .Select(axis =>
            {
                var start = Positions(output[axis]) * strides[axis] - pads[axis];
                var step = Reshape(Positions(kernel[axis]) * dilations[axis], axis == 0 ? [-1, 1, 1, 1] : [1, -1, 1, 1]);
                var grid = step + Reshape(start, axis == 0 ? [1, 1, -1, 1] : [1, 1, 1, -1]);
                var own = Reshape(Expand(grid, Concat(0, [.. kernel, .. output])), Concat(0, Ints(graph, 1), window, Ints(graph, -1)));
                var shift = Gather(offsets, graph.Add(Tensors.Scalar(Onnx.TensorProto.Types.DataType.Int64, axis)), 2);
                return Reshape(shift + Cast(own, offset.Element), flat);
            });
        var image = Reshape(x, Concat(0, batch, Ints(graph, -1), Extent(x, 2), Extent(x, 3)));
        var pixels = Interpolation.At(image, [.. positions], Kernel.Linear, Border.Zeros);
        if (n.Has(4))
            pixels *= Reshape(n[4], Concat(0, batch, Ints(graph, 1, -1)));
        var depth = Extent(w, 1) * window;
        var columns = Reshape(pixels, Concat(0, Extent(x, 0), Ints(graph, groups), depth, Ints(graph, -1))).WithRank(4);
        var rows = Reshape(w, Concat(0, Ints(graph, groups, -1), depth)).WithRank(3);
        var y = Reshape(MatMul(rows, columns).WithRank(4), Concat(0, Extent(x, 0), Extent(w, 0), output[0], output[1]));
        return [n.Has(3) ? y + Reshape(n[3], -1, 1, 1) : y];
    }

    /// <summary>
    /// Every position is a product of the transformation with the same position of the undeformed grid, which the operator itself gives for
    /// the identity.
    /// </summary>
    public static Value AffineGrid(Forward n, Value dy)
    {
        var (graph, shape) = (n.Graph, Shape(n.X));
        var (rows, one) = (Slice(shape, Ints(graph, 1), Ints(graph, 2)), Ints(graph, 1));
        var identity = Emit("EyeLike", [Fill(Slice(shape, one, Ints(graph, 3)), dy.Element, 0)]);
        var size = Concat(0, one, Slice(n[1], one, Ints(graph, long.MaxValue)));
        var plain = Emit("AffineGrid", [Unsqueeze(identity, Ints(graph, 0)), size], Of("align_corners", n.Int("align_corners", 0)));
        var positions = Reshape(plain, Concat(0, Ints(graph, -1), rows));
        var homogeneous = Concat(1, positions, Fill(Concat(0, Extent(positions, 0), one), dy.Element, 1)).WithRank(2);
        var cotangents = Reshape(dy, Concat(0, Extent(n.X, 0), Ints(graph, -1), rows)).WithRank(3);
        return MatMul(TransposeMatrix(cotangents, 3), homogeneous).WithRank(3);
    }

    private static Value Leading(Value shape, long count) => Slice(shape, Ints(shape.Graph, 0), Ints(shape.Graph, count));
}
