using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// Rotary position embeddings (Su et al. 2021, section 3.2): pairs of numbers are turned by an angle that grows with the position.
/// </summary>
internal static class Rotary
{
    private const string UnknownHeads = "it is not known whether its heads are an axis of their own";

    /// <summary>The standard's, opset 23.</summary>
    public static Parts Standard(Forward n)
    {
        Value Angles(int table) => n.Has(3) ? Gather(n[table], n[3], 0) : n[table];
        return Apply(n, Angles(1), Angles(2));
    }

    /// <summary>
    /// com.microsoft's: positions are an input, one for each position or the first of all.
    /// </summary>
    public static Parts Contributed(Forward n)
    {
        if (n[1].Type?.Rank is not { } rank)
            return "it is not known whether it has one position or many";
        if (n.X.Type?.Rank is not (3 or 4))
            return UnknownHeads;
        var positions = rank == 2 ? n[1] : n[1] + Extents.Positions(Extents.Along(n.X, n.X.Type.Rank == 3 ? 1 : 2));
        Value Angles(int table) => rank == 2 ? Gather(n[table], positions, 0) : Unsqueeze(Gather(n[table], positions, 0), Ints(n.Graph, 0));
        return Apply(n, Angles(2), Angles(3));
    }

    private static Parts Apply(Forward n, Value cos, Value sin)
    {
        var (dim, interleaved) = (n.Int("rotary_embedding_dim", 0), n.Int("interleaved", 0) != 0);
        if (n.X.Type?.Rank == 4)
            return [Turned(n.X, cos, sin, heads: 1, dim, interleaved)];
        if (n.X.Type?.Rank != 3)
            return UnknownHeads;
        // Without a number of heads, their size is that of what is turned.
        var byHead = n.Int("num_heads", 0) is > 0 and var heads
            ? Reshape(n.X, 0, 0, heads, -1).WithRank(4)
            : Extents.Reshaped(n.X, 4, Ints(n.Graph, 0, 0, -1), Extents.Along(cos, -1) * 2);
        return [Reshape(Turned(byHead, cos, sin, heads: 2, dim, interleaved), 0, 0, -1).WithRank(3)];
    }

    /// <summary>x, its pairs turned: halves of a head, or neighbours when interleaved.</summary>
    /// <param name="x">Four axes, of which the last is the head's size.</param>
    /// <param name="cos">Cosines: [batch, positions, pairs], or a batch of 1.</param>
    /// <param name="sin">Sines, shaped like them.</param>
    /// <param name="heads">The axis of x that the angles lack: 1 or 2.</param>
    /// <param name="dim">How much of a head is turned, from its start on; 0 for all of it.</param>
    /// <param name="interleaved">Whether pairs are neighbours.</param>
    public static Value Turned(Value x, Value cos, Value sin, int heads, long dim, bool interleaved)
    {
        var g = x.Graph;
        Value Part(long from, long to) => Slice(x, Ints(g, from), Ints(g, to), Ints(g, 3)).WithRank(4);
        var axis = interleaved ? 4 : 3;
        var pairs = Reshape(dim > 0 ? Part(0, dim) : x, interleaved ? [0, 0, 0, -1, 2] : [0, 0, 0, 2, -1]).WithRank(5);
        var halves = Node("Split", [pairs], 2, [Of("axis", (long)axis), Of("num_outputs", 2L)]);
        var (a, b) = (Half(0), Half(1));
        var (c, s) = (Unsqueeze(cos, Ints(g, heads, axis)), Unsqueeze(sin, Ints(g, heads, axis)));
        var turned = Reshape(Concat(axis, c * a - s * b, s * a + c * b).WithRank(5), 0, 0, 0, -1).WithRank(4);
        return dim > 0 ? Concat(3, turned, Part(dim, long.MaxValue)).WithRank(4) : turned;

        Value Half(int i) => new Value(g, halves.Output[i], x.Element).As(x.Element).WithRank(5);
    }
}
