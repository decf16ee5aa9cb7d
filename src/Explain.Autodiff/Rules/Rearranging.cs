using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of operators that repeat, pick and put elements by position.</summary>
internal static class Rearranging
{
    /// <summary>Copies are added up: the repeats become axes of their own.</summary>
    public static Value Tile(Forward n, Value dy)
    {
        var rank = n.Rank(0);
        var pairs = Concat(1, Unsqueeze(n[1], Ints(n.Graph, 1)), Unsqueeze(Shape(n.X), Ints(n.Graph, 1)));
        var split = Reshape(dy, Reshape(pairs, Ints(n.Graph, -1)));
        return Sum(split, Ints(n.Graph, [.. Enumerable.Range(0, rank).Select(i => 2L * i)]), keep: false);
    }

    /// <summary>The cotangent of every picked element, added up where it came from.</summary>
    public static Value GatherElements(Forward n, Value dy) =>
        Emit("ScatterElements", [Fill(Shape(n.X), dy.Element, 0), n[1], dy], Of("axis", n.Int("axis", 0)), Of("reduction", "add"));

    /// <summary>The cotangent of every picked slice, added up where it came from.</summary>
    public static Value GatherNd(Forward n, Value dy) =>
        Emit("ScatterND", [Fill(Shape(n.X), dy.Element, 0), WithBatch(n, (int)n.Int("batch_dims", 0)), dy], Of("reduction", "add"));

    // Indices below batch axes say nothing of these: their positions are put before each.
    private static Value WithBatch(Forward n, int batch)
    {
        if (batch == 0)
            return n[1];
        var (shape, rank) = (Shape(n[1]), n.Rank(1));
        if (batch < 0 || batch >= rank)
            throw n.Refusal($"its indices do not have {batch} batch axes");
        var lead = Concat(0, Slice(shape, Ints(n.Graph, 0), Ints(n.Graph, rank - 1)), Ints(n.Graph, 1));
        var positions = Enumerable
            .Range(0, batch)
            .Select(axis =>
            {
                var extent = Squeeze(Gather(shape, Ints(n.Graph, axis), 0), Ints(n.Graph, 0));
                var range = Emit("Range", [extent.Scalar(0), extent, extent.Scalar(1)]);
                return (Value?)Expand(Reshape(range, [-1, .. Enumerable.Repeat(1L, rank - 1 - axis)]), lead);
            });
        return Concat(rank - 1, [.. positions, n[1]]);
    }

    /// <summary>Each update comes from the slice that it became or was added to; data that was replaced has no influence.</summary>
    public static Value?[] ScatterNd(Forward n, Value dy)
    {
        var updates = Emit("GatherND", [dy, n[1]]);
        return n.Node.String("reduction", "none") == "add"
            ? [dy, null, updates]
            : [Emit("ScatterND", [dy, n[1], updates - updates]), null, updates];
    }

    /// <summary>Each of the largest values comes from its position.</summary>
    public static Value TopK(Forward n, Value dy) =>
        Emit("ScatterElements", [Fill(Shape(n.X), dy.Element, 0), n.Output(1).As(DataType.Int64), dy], Of("axis", n.Int("axis", -1)));

    /// <summary>Blocks become channels again.</summary>
    public static Value DepthToSpace(Forward n, Value dy)
    {
        var block = n.Int("blocksize", 1);
        if (n.Node.String("mode", "DCR") != "CRD")
            return Emit("SpaceToDepth", [dy], Of("blocksize", block));
        var shape = Shape(n.X);
        Value Extent(int axis) => Gather(shape, Ints(n.Graph, axis), 0);
        var split = Reshape(dy, Concat(0, Extent(0), Ints(n.Graph, -1), Extent(2), Ints(n.Graph, block), Extent(3), Ints(n.Graph, block)));
        return Reshape(Transpose(split, 0, 1, 3, 5, 2, 4), shape);
    }

    /// <summary>The running sum from the other end.</summary>
    public static Value CumSum(Forward n, Value dy) =>
        Emit("CumSum", [dy, n[1]], Of("exclusive", n.Int("exclusive", 0)), Of("reverse", 1 - n.Int("reverse", 0)));

    /// <summary>What was copied into the border is added up where it came from.</summary>
    public static Value Padded(Forward n, Value dy)
    {
        var size = Emit("ReduceProd", [Shape(n.X)], Of("keepdims", 0));
        var positions = Reshape(Emit("Range", [size.Scalar(0), size, size.Scalar(1)]), Shape(n.X));
        return ScatterFlat(n.X, Emit("Pad", [positions, n[1], null, n.Has(3) ? n[3] : null], n.Node.Attribute.Select(a => a.Clone())), dy);
    }
}
