using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>Products of matrices with more in one operator than the standard has.</summary>
internal static class Products
{
    /// <summary>
    /// alpha · A B with either one transposed, the axes of its batch included; vectors are not transposed. Without these the operator has a
    /// rule of its own.
    /// </summary>
    public static Parts Transposed(Forward n)
    {
        if (n.X.Type?.Rank is not { } ra || n[1].Type?.Rank is not { } rb)
            return "it is not known how many axes its factors have";
        var byBatch = n.Int("transBatchA", 0) != 0 || n.Int("transBatchB", 0) != 0;
        if (n.Node.OpType == "FusedMatMul" && !byBatch && ra > 1 && rb > 1)
            return default;
        var (a, b) = (Side(n, 0, ra, "A"), Side(n, 1, rb, "B"));
        return [MatMul(a, b) * n.Float("alpha", 1)];
    }

    private static Value Side(Forward n, int input, int rank, string side)
    {
        if (rank == 1)
            return n[input];
        long[] axes = [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        if (n.Int($"transBatch{side}", 0) != 0)
            axes = [.. axes[1..^1], axes[0], axes[^1]];
        if (n.Int($"trans{side}", 0) != 0)
            (axes[^1], axes[^2]) = (axes[^2], axes[^1]);
        return Transpose(n[input], axes).WithRank(rank);
    }

    /// <summary>Distances of all rows of A from all rows of B, by |a|² + |b|² - 2ab.</summary>
    public static Parts Distances(Forward n)
    {
        var (a, b) = (n.X.WithRank(2), n[1].WithRank(2));
        Value Squares(Value x) => Emit("ReduceSumSquare", [x, Ints(n.Graph, 1)], Of("keepdims", 1));
        var squares = Squares(a) + Transpose(Squares(b), 1, 0).WithRank(2) - Ops.Gemm(a, b, false, true, 2);
        return n.Node.String("metric", "sqeuclidean") switch
        {
            "sqeuclidean" => [Emit("Relu", [squares])],
            "euclidean" => [Emit("Sqrt", [Emit("Relu", [squares])])],
            var other => $"its metric '{other}' is not known",
        };
    }

    /// <summary>Windows along an axis, one behind the other, each along a new last axis.</summary>
    public static Parts Windows(Forward n)
    {
        if (n.X.Type?.Rank is not { } rank)
            return "it is not known how many axes its input has";
        var (axis, size, step) = (n.Axis(n.Int("dim", -1)), n.Int("size", 1), n.Int("step", 1));
        var length = Extents.Along(n.X, axis);
        var count = Emit("Div", [length + (step - size), length.Scalar(step)]);
        var starts = Extents.Positions(count) * step;
        var at = Unsqueeze(starts, Ints(n.Graph, 1)) + Ints(n.Graph, [.. Enumerable.Range(0, (int)size).Select(i => (long)i)]);
        var windows = Gather(n.X, at, axis).WithRank(rank + 1);
        var last = Enumerable.Range(0, rank + 1).Select(i => (long)i).Where(i => i != axis + 1);
        return [Transpose(windows, [.. last, axis + 1]).WithRank(rank + 1)];
    }
}
