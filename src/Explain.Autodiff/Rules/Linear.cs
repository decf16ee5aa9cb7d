using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>Gradients of the matrix products.</summary>
internal static class Linear
{
    /// <summary>Y = alpha A' B' + beta C, in all four transpositions.</summary>
    public static Value?[] Gemm(Forward n, Value dy)
    {
        var (ta, tb) = (n.Int("transA", 0) != 0, n.Int("transB", 0) != 0);
        var alpha = n.Float("alpha", 1);
        var da = ta ? Ops.Gemm(n[1], dy, tb, true, alpha) : Ops.Gemm(dy, n[1], false, !tb, alpha);
        var db = tb ? Ops.Gemm(dy, n[0], true, ta, alpha) : Ops.Gemm(n[0], dy, !ta, false, alpha);
        return n.Has(2) ? [da, db, Broadcast.SumTo(dy * n.Float("beta", 1), n.Y.Type, n[2])] : [da, db];
    }

    /// <summary>Batched, broadcast, and with vectors on either side, as numpy.matmul.</summary>
    public static Value?[] MatMul(Forward n, Value dy)
    {
        var (a, b) = (n[0], n[1]);
        var (ra, rb) = (n.Rank(0), n.Rank(1));
        // Gemm transposes while it multiplies: weights of gigabytes are not copied.
        if (ra == 2 && rb == 2)
            return [Ops.Gemm(dy, b, false, true, 1), Ops.Gemm(a, dy, true, false, 1)];
        // A vector is a matrix with one row (left) or one column (right) whose axis is dropped from the result.
        var left = ra == 1 ? Unsqueeze(a, Ints(a.Graph, 0)).WithRank(2) : a;
        var right = rb == 1 ? Unsqueeze(b, Ints(b.Graph, 1)).WithRank(2) : b;
        var g = dy;
        if (rb == 1)
            g = Unsqueeze(g, Ints(g.Graph, -1));
        if (ra == 1)
            g = Unsqueeze(g, Ints(g.Graph, -2));
        if (ra == 1 || rb == 1)
            g = g.WithRank(Math.Max(Math.Max(ra, rb), 2));
        var da = Ops.MatMul(g, TransposeMatrix(right, Math.Max(rb, 2)));
        var db = Ops.MatMul(TransposeMatrix(left, Math.Max(ra, 2)), g);
        return [Unbroadcast(da, a, b, ra, rb), Unbroadcast(db, b, a, rb, ra)];
    }

    /// <summary>Y = alpha A' B', transposed in the last two axes (com.microsoft).</summary>
    /// <exception cref="NotSupportedException">It transposes the batch too, or its factors are vectors.</exception>
    public static Value?[] FusedMatMul(Forward n, Value dy)
    {
        var (ra, rb) = (n.Rank(0), n.Rank(1));
        if (n.Int("transBatchA", 0) != 0 || n.Int("transBatchB", 0) != 0 || ra < 2 || rb < 2)
        {
            throw n.Refusal("it transposes the batch, or multiplies vectors");
        }

        var (ta, tb) = (n.Int("transA", 0) != 0, n.Int("transB", 0) != 0);
        var rank = Math.Max(ra, rb);
        var g = (dy * n.Float("alpha", 1)).WithRank(rank);
        Value Matrix(int index, int rank, bool transposed) => transposed ? TransposeMatrix(n[index], rank) : n[index];
        var (byA, byB) = (Ops.MatMul(g, Matrix(1, rb, !tb)).WithRank(rank), Ops.MatMul(Matrix(0, ra, !ta), g).WithRank(rank));
        return
        [
            Broadcast.SumTo(ta ? TransposeMatrix(byA, rank) : byA, null, n[0]),
            Broadcast.SumTo(tb ? TransposeMatrix(byB, rank) : byB, null, n[1]),
        ];
    }

    /// <summary>Y = X⁻¹ of each matrix: -Yᵀ dY Yᵀ (com.microsoft).</summary>
    public static Value?[] Inverse(Forward n, Value dy)
    {
        var transposed = TransposeMatrix(n.Y, n.Rank(0));
        return [-Ops.MatMul(Ops.MatMul(transposed, dy).WithRank(n.Rank(0)), transposed)];
    }

    private static Value Unbroadcast(Value gradient, Value input, Value other, int rank, int otherRank)
    {
        if (rank == 1)
            return Broadcast.SumTo(ReshapeRows(gradient, input), null, input);
        if (otherRank <= 2 && rank >= otherRank)
            return gradient;
        if (input.Type?.Dims is not { } mine || other.Type?.Dims is not { } theirs)
            return Broadcast.SumTo(gradient, null, input);
        var batch = Math.Max(rank, otherRank) - 2;
        // Only the batch axes broadcast.
        var dims = Enumerable.Range(0, batch).Select(i => Joined(At(mine, i - batch + rank - 2), At(theirs, i - batch + otherRank - 2)));
        return Broadcast.SumTo(gradient, new TensorType(input.Element, [.. dims, .. mine.Skip(rank - 2)]), input);
    }

    // A vector's gradient comes out as [batch…, 1, k] or [batch…, k, 1]; as [rows, k] it sums down to the vector.
    private static Value ReshapeRows(Value gradient, Value input) => Reshape(gradient, Concat(0, Ints(input.Graph, -1), Shape(input)));

    // An axis of 1 takes the other side's extent; a variable one may turn out to be 1.
    private static Dim Joined(Dim? x, Dim? y) =>
        (x, y) switch
        {
            (null or { Size: 1 }, { } other) => other,
            ({ } own, null or { Size: 1 }) => own,
            ({ } own, { } other) when own.Size is not null || own.SameAs(other) => own,
            _ => Dim.Unknown,
        };

    private static Dim? At(IReadOnlyList<Dim> dims, int index) => index >= 0 ? dims[index] : null;
}
