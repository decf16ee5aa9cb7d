using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of operators that lay windows over an image, or one image into the middle of another.</summary>
internal static class Windows
{
    /// <summary>Columns are added up to an image; their cotangent is read from the image's, by a convolution with units.</summary>
    public static Value Columns(Forward n, Value dy)
    {
        var (graph, block) = (n.Graph, n[2]);
        var size = Emit("ReduceProd", [block], Of("keepdims", 1));
        var unit = Emit("EyeLike", [Fill(Concat(0, size, size), dy.Element, 0)]);
        var weights = Reshape(unit, Concat(0, size, Ints(graph, 1), block));
        var planes = Reshape(dy, Concat(0, Ints(graph, -1, 1), n[1]));
        var attributes = n.Node.Attribute.Where(a => a.Name is "dilations" or "strides" or "pads").Select(a => a.Clone());
        var kernel = Tensors.ReadInts(graph.Constant(block.Name));
        return ReshapeLike(
            Emit("Conv", [planes, weights], [.. attributes, .. kernel is null ? [] : new[] { Of("kernel_shape", kernel) }]),
            n.X
        );
    }

    /// <summary>What was cut off gets zeros, and what was added is cut off, on the same sides.</summary>
    public static Value Centred(Forward n, Value dy) =>
        n.Ints("axes") is { } axes
            ? Emit("CenterCropPad", [dy, Gather(Shape(n.X), Ints(n.Graph, axes), 0)], Of("axes", axes))
            : Emit("CenterCropPad", [dy, Shape(n.X)]);
}
