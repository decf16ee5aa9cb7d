using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of operators that are products of many of their input's elements, without a division: elements may be 0.</summary>
internal static class Multiplying
{
    /// <summary>
    /// The determinant of a matrix by an element is its cofactor: the determinant with the element's row replaced by the unit vector of its
    /// column. Of [n, n] these are n² matrices.
    /// </summary>
    public static Value Det(Forward n, Value dy)
    {
        var (graph, extent) = (n.Graph, Extent(n.X, -1));
        var unit = Emit("EyeLike", [Fill(Concat(0, extent, extent), dy.Element, 0)]);
        var (one, all) = (Ints(graph, 1), Ints(graph, -1));
        var matrices = Reshape(n.X, Concat(0, all, one, one, extent, extent));
        var row = Reshape(unit, Concat(0, extent, one, extent, one));
        var column = Reshape(unit, Concat(0, one, extent, one, extent));
        var cofactors = Emit("Det", [matrices * (1 - row) + row * column]);
        return ReshapeLike(Reshape(dy, -1, 1, 1) * cofactors, n.X);
    }

    /// <summary>
    /// x_k is in every product that reaches it: what comes before it times Σ dy_i ∏ x_m over the m between k and i.
    /// </summary>
    public static Value CumProd(Forward n, Value dy)
    {
        var (graph, exclusive, reverse) = (n.Graph, n.Int("exclusive", 0), n.Int("reverse", 0));
        var (shape, one) = (Shape(n.X), Ints(graph, 1));
        var axis = Emit("Mod", [Reshape(Cast(n[1], DataType.Int64), 1) + Shape(shape), Shape(shape)]);
        Value Product(Value from, Value to) => Emit("ReduceProd", [Concat(0, Slice(shape, from, to), one)], Of("keepdims", 1));
        var (before, after) = (Product(Ints(graph, 0), axis), Product(axis + 1, Ints(graph, long.MaxValue)));
        var extent = Gather(shape, axis, 0);
        Value Products(Value x, long along, long without) =>
            Emit("CumProd", [x, graph.Add(Tensors.Scalar(DataType.Int64, along))], Of("exclusive", without), Of("reverse", reverse));
        var x = Reshape(n.X, Concat(0, before, extent, after));
        var positions = Positions(extent);
        var (k, m) = (Reshape(positions, -1, 1, 1), Reshape(positions, -1, 1));
        var behind = reverse != 0 ? Less(m, k) : Less(k, m);
        var between = Products(Where(behind, Unsqueeze(x, one), x.Scalar(1)), 2, exclusive);
        var reached = exclusive != 0 ? behind : Emit("Or", [behind, Same(k, m)]);
        var ahead = Unsqueeze(Reshape(dy, Concat(0, before, extent, after)), one) * between * Cast(reached, dy.Element);
        return ReshapeLike(Products(x, 1, 1) * Sum(ahead, Ints(graph, 2), keep: false), n.X);
    }
}
