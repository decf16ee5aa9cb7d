using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>Operators that put or pick elements at positions which are data, beyond plain replacing and adding.</summary>
internal static class Scattering
{
    /// <summary>Of equal values at one position, that of the data included, each gets its part.</summary>
    public static Value?[] Extreme(Forward n, Value dy)
    {
        Value Chosen(Value x, Value of) => Cast(Same(x, of), dy.Element);
        var (data, updates) = (Chosen(n.X, n.Y), Chosen(n[2], Picked(n, n.Y)));
        var share = dy / Put(n, data, updates, "add");
        return [share * data, null, Picked(n, share) * updates];
    }

    /// <summary>
    /// The product of all other values at the position; where one of them is 0, nothing but its own is left. (Where one is exactly 0, that
    /// is flat to the second order, which the product is not.)
    /// </summary>
    public static Value?[] Product(Forward n, Value dy)
    {
        var (data, updates) = (IsZero(n.X), IsZero(n[2]));
        Value Safe(Value zero, Value x) => Where(zero, x.Scalar(1), x);
        var (safeData, safeUpdates) = (Safe(data, n.X), Safe(updates, n[2]));
        var zeros = Put(n, Cast(data, dy.Element), Cast(updates, dy.Element), "add");
        var product = Put(n, safeData, safeUpdates, "mul");
        Value Others(Value zero, Value safe, Value count, Value all) =>
            Where(IsZero(count - Cast(zero, dy.Element)), all / safe, all.Scalar(0));
        return
        [
            dy * Others(data, safeData, zeros, product),
            null,
            Picked(n, dy) * Others(updates, safeUpdates, Picked(n, zeros), Picked(n, product)),
        ];
    }

    /// <summary>Each value is read where it was put; of several at one position the last one is there.</summary>
    public static Value MaxUnpool(Forward n, Value dy)
    {
        var (graph, all) = (n.Graph, Ints(n.Graph, -1));
        var flat = Reshape(dy, all).WithRank(1);
        var positions = Reshape(n[1], all);
        var numbers = Positions(Extent(positions, 0));
        var nobody = Fill(Extent(flat, 0), DataType.Int64, 0);
        var last = Emit("ScatterElements", [nobody, positions, numbers], Of("axis", 0));
        var stays = Cast(Same(Gather(last, positions, 0), numbers), dy.Element);
        return ReshapeLike(Gather(flat, positions, 0) * stays, n.X);
    }

    /// <summary><c>TensorScatter</c>: stretches of a cache are replaced, each from its own index on, perhaps around its end.</summary>
    public static Parts TensorScatter(Forward n)
    {
        var (graph, rank, axis) = (n.Graph, n.Rank(0), n.Axis(n.Int("axis", -2)));
        var positions = Unsqueeze(Positions(Extent(n[1], axis)), Ints(graph, 0));
        if (n.Has(2))
            positions += Reshape(Cast(n[2], DataType.Int64), -1, 1);
        if (n.Node.String("mode", "linear") == "circular")
            positions = Emit("Mod", [positions, Extent(n.X, axis)]);
        long[] between = [.. Enumerable.Range(1, axis - 1).Select(i => (long)i)];
        long[] behind = [.. Enumerable.Range(axis + 1, rank - axis - 1).Select(i => (long)i)];
        var index = Expand(Unsqueeze(positions, Ints(graph, [.. between, .. behind])), Shape(n[1]));
        return [Emit("ScatterElements", [n.X, index, n[1]], Of("axis", axis))];
    }

    /// <summary><c>Compress</c>: the slices, or with no axis the elements, where a condition holds.</summary>
    public static Parts Compress(Forward n)
    {
        var positions = Reshape(Emit("NonZero", [n[1]]).As(DataType.Int64), -1);
        return [n.Node.Find("axis") is { } axis ? Gather(n.X, positions, axis.I) : Gather(Reshape(n.X, -1).WithRank(1), positions, 0)];
    }

    /// <summary><c>Unique</c>: each value that is kept is the first of its equals.</summary>
    public static Parts Unique(Forward n)
    {
        var first = n.Output(1).As(DataType.Int64);
        return [n.Node.Find("axis") is { } axis ? Gather(n.X, first, axis.I) : Gather(Reshape(n.X, -1).WithRank(1), first, 0)];
    }

    // What lies in a value where the operator puts its updates.
    private static Value Picked(Forward n, Value x) =>
        n.Node.OpType == "ScatterND" ? Emit("GatherND", [x, n[1]]) : Emit("GatherElements", [x, n[1]], Of("axis", n.Int("axis", 0)));

    private static Value Put(Forward n, Value data, Value updates, string reduction) =>
        Emit(
            n.Node.OpType,
            [data, n[1], updates],
            n.Node.OpType == "ScatterND" ? [Of("reduction", reduction)] : [Of("axis", n.Int("axis", 0)), Of("reduction", reduction)]
        );
}
