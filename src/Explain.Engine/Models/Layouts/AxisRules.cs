using Explain.Autodiff.Graphs;

namespace Explain.Engine.Models.Layouts;

/// <summary>What the axes of a node's outputs run over; null where nobody knows.</summary>
internal delegate Axes? AxisRule(TracedNode node, int output);

/// <summary>What operators do to axes. An operator that is not listed keeps those of the input it has the shape of.</summary>
internal static class AxisRules
{
    private static readonly AxisRule Spatial = (n, output) => n.Rank(n.Node.Output[output]) == 4 ? Axes.Maps : Kept(n, output);
    private static readonly AxisRule Reshaped = (n, _) =>
        n.In(0) is { } axes && n.InDims(0) is { } from && n.OutDims is { } to ? ReshapedAxes.Of(axes, from, to, n.Node.Input[0]) : null;

    // csharpier-ignore
    private static readonly Dictionary<string, AxisRule> Table = new()
    {
        ["Conv"] = Spatial,
        ["ConvTranspose"] = Spatial,
        ["MaxPool"] = Spatial,
        ["AveragePool"] = Spatial,
        ["LpPool"] = Spatial,
        ["BatchNormalization"] = Spatial,
        ["InstanceNormalization"] = Spatial,
        ["DepthToSpace"] = Spatial,
        ["SpaceToDepth"] = Spatial,
        ["Reshape"] = Reshaped,
        ["Flatten"] = Reshaped,
        ["Squeeze"] = Reshaped,
        ["Unsqueeze"] = Reshaped,
        ["Transpose"] = (n, _) => n.In(0) is { } axes ? Axes.Of([.. (n.Node.Ints("perm") ?? [.. Enumerable.Range(0, axes.Names.Count).Reverse().Select(a => (long)a)]).Select(a => axes.Names[(int)a])], axes.Tokens) : null,
        ["MatMul"] = (n, _) => Product(n),
        ["FusedMatMul"] = (_, _) => null,
        ["Gemm"] = (n, _) => n.In(0) is { } axes && n.Node.Int("transA", 0) == 0 ? Mixed(axes) : null,
        ["Einsum"] = (_, _) => null,
        ["Concat"] = (n, _) => Joined(n),
        ["Slice"] = (n, _) => Sliced(n),
        ["Split"] = Split,
        ["Gather"] = (n, _) => Gathered(n),
        ["ReduceMean"] = (n, _) => Reduced(n),
        ["ReduceSum"] = (n, _) => Reduced(n),
        ["ReduceMax"] = (n, _) => Reduced(n),
        ["ReduceL2"] = (n, _) => Reduced(n),
        ["If"] = (n, output) => n.CapturedLike(n.Node.Output[output]),
        ["LayerNormalization"] = (n, output) => Guessed(n, Kept(n, output)),
    };

    /// <summary>The rule of an operator.</summary>
    public static AxisRule Of(string op) => Table.GetValueOrDefault(op, Kept);

    // Where several inputs have the output's shape, one that knows where its tokens come from speaks for it.
    private static Axes? Kept(TracedNode n, int output)
    {
        var (value, dims) = (n.Node.Output[output], n.Dims(n.Node.Output[output]));
        var known = n
            .Carried.Where(i => n.In(i) is { } axes && axes.Names.Count == n.Rank(value))
            .OrderBy(i => dims is null || n.InDims(i)?.SequenceEqual(dims) == true ? 0 : 1)
            .ThenBy(i => n.InDims(i) is { } own && n.In(i)!.Layout(own, n.Batch) is not null ? 0 : 1)
            .ThenBy(i => n.In(i)!.Tokens is { Source: null } ? 1 : 0)
            .ToArray();
        if (known.Length == 0)
            return null;
        var (axes, from) = (n.In(known[0])!, n.InDims(known[0]));
        return dims is null || from is null || dims.SequenceEqual(from)
            ? axes
            : Axes.Of([.. axes.Names.Select((name, a) => name == Axis.Token && dims[a] != from[a] ? Axis.Other : name)], axes.Tokens);
    }

    // The last axis holds other channels afterwards; tokens that were mixed are no places any more.
    private static Axes Mixed(Axes axes) =>
        axes.With(axes.Names.Count - 1, axes.Names[^1] is Axis.Channel or Axis.Part ? Axis.Channel : Axis.Other);

    // Linear maps and layer normalisations of an unknown axis: what transformers do to tokens.
    private static Axes? Guessed(TracedNode n, Axes? known) =>
        known is null or { Names: [_, Axis.Other, _], Tokens: null } ? n.GuessedTokens ?? known : known;

    private static Axes? Product(TracedNode n)
    {
        if (n.OutDims is not { Count: >= 2 } dims)
            return null;
        var (left, right) = (n.Carries(0) ? n.In(0) : null, n.Carries(1) ? n.In(1) : null);
        if (!n.Carries(1))
            return Guessed(n, left is null ? null : Mixed(left));
        if (!n.Carries(0))
        {
            return right is { Names.Count: >= 2 }
                ? right.With(right.Names.Count - 2, right.Names[^2] is Axis.Channel or Axis.Part ? Axis.Channel : Axis.Other)
                : null;
        }

        if (left is null && right is null)
            return null;
        var names = (
            left is { } l && l.Names.Count == dims.Count ? left
            : right is { } r && r.Names.Count == dims.Count ? right
            : new Axes([.. Enumerable.Repeat(Axis.Other, dims.Count)])
        ).Names.ToArray();
        names[^2] = left?.Names is { Count: >= 2 } rows ? rows[^2] : Axis.Other;
        names[^1] = right?.Names[^1] ?? Axis.Other;
        return Axes.Of(names, left?.Tokens ?? right?.Tokens);
    }

    private static Axes? Joined(TracedNode n)
    {
        if (
            n.OutDims is not { } dims
            || n
                .Carried.Where(i => n.In(i) is not null)
                .Select(i => (int?)i)
                .OrderBy(i => n.In(i!.Value)!.Tokens is null ? 1 : 0)
                .FirstOrDefault()
                is not { } first
        )
        {
            return null;
        }

        var (axes, axis) = (n.In(first)!, Positive(n.Node.Int("axis", 0), dims.Count));
        if (axis >= axes.Names.Count)
            return null;
        if (axes.Names[axis] is Axis.Row or Axis.Column)
            return axes.With(axis, Axis.Other);
        if (axes.Names[axis] != Axis.Token || axes.Tokens is not { } grid)
            return axes;
        long Length(IEnumerable<int> inputs) => inputs.Sum(i => n.InDims(i)?[axis] ?? 0);
        var (before, behind) = (Length(Enumerable.Range(0, first)), Length(Enumerable.Range(first + 1, n.Node.Input.Count - first - 1)));
        return before + behind + n.InDims(first)![axis] == dims[axis] && before < n.InDims(first)![axis]
            ? axes with
            {
                Tokens = grid with { Leading = grid.Leading + (int)before, Trailing = grid.Trailing + (int)behind },
            }
            : axes.With(axis, Axis.Other);
    }

    private static Axes? Sliced(TracedNode n)
    {
        if (n.In(0) is not { } axes || n.InDims(0) is not { } from || n.OutDims is not { } to)
            return null;
        var all = n.Ints(3) is { } given ? given : [.. Enumerable.Range(0, from.Count).Select(a => (long)a)];
        // Every second row is the whole image; the upper half of them is not.
        foreach (
            var cut in all.Select(
                (a, i) => (Axis: Positive(a, from.Count), Step: n.Ints(4) is { } steps && i < steps.Length ? steps[i] : 1)
            )
        )
        {
            if (axes.Names[cut.Axis] is Axis.Row or Axis.Column && cut.Step == 1 && from[cut.Axis] != to[cut.Axis])
                axes = axes.With(cut.Axis, Axis.Other);
        }

        if (Array.IndexOf([.. axes.Names], Axis.Token) is not (>= 0 and var axis) || from[axis] == to[axis])
            return axes;
        var start =
            n.Ints(1) is { } starts && Array.FindIndex(all, a => Positive(a, from.Count) == axis) is >= 0 and var at && at < starts.Length
                ? starts[at]
                : (long?)null;
        return Part(n, axes, axis, start, from[axis], to[axis], n.Node.Output[0]);
    }

    private static Axes? Split(TracedNode n, int output)
    {
        if (n.In(0) is not { } axes || n.InDims(0) is not { } from)
            return null;
        var axis = Positive(n.Node.Int("axis", 0), from.Count);
        if (axes.Names[axis] is Axis.Row or Axis.Column)
            return axes.With(axis, Axis.Other);
        if (axes.Names[axis] != Axis.Token)
            return axes;
        var lengths = n.Node.Output.Select(o => n.Dims(o)?[axis] ?? 0).ToArray();
        return Part(n, axes, axis, lengths.Take(output).Sum(), from[axis], lengths[output], n.Node.Output[output]);
    }

    private static Axes? Gathered(TracedNode n)
    {
        if (n.In(0) is not { } axes || n.InDims(0) is not { } from || n.OutDims is not { } to)
            return null;
        var axis = Positive(n.Node.Int("axis", 0), from.Count);
        var index = n.Ints(1) is [var only] ? only : (long?)null;
        if (axes.Names[axis] == Axis.Token && axes.Tokens is { } grid)
        {
            if (index is { } i && IsOther(grid, i < 0 ? i + from[axis] : i, 1))
                n.OthersOnly.Add(n.Node.Output[0]);
            axes = axes.With(axis, Axis.Other);
        }
        if (to.Count == from.Count - 1)
            return Axes.Of([.. axes.Names.Where((_, a) => a != axis)], axes.Tokens);
        return to.Count == from.Count
            ? axes.Names[axis] is Axis.Row or Axis.Column
                ? axes.With(axis, Axis.Other)
                : axes
            : null;
    }

    private static Axes? Reduced(TracedNode n)
    {
        if (n.In(0) is not { } axes || n.OutDims is not { } to)
            return null;
        if (to.Count == axes.Names.Count)
            return Axes.Of([.. axes.Names.Select((name, a) => name == Axis.Token && to[a] == 1 ? Axis.Other : name)], axes.Tokens);
        if (n.Ints(1) is not { } reduced)
            return null;
        var gone = reduced.Select(a => Positive(a, axes.Names.Count)).ToHashSet();
        return Axes.Of([.. axes.Names.Where((_, a) => !gone.Contains(a))], axes.Tokens);
    }

    // All patches of the tokens, or none of them, or something between that has no grid.
    private static Axes Part(TracedNode n, Axes axes, int axis, long? start, long from, long length, string output)
    {
        var grid = axes.Tokens!;
        // Who takes as many as there are patches, or as many as there are other tokens in front, takes those.
        var first =
            start is { } s ? (s < 0 ? s + from : s)
            : length == grid.Patches + grid.Trailing ? grid.Leading
            : length <= grid.Leading ? 0
            : -1;
        if (first >= 0 && first <= grid.Leading && first + length >= grid.Leading + grid.Patches)
        {
            return axes with
            {
                Tokens = grid with { Leading = grid.Leading - (int)first, Trailing = (int)(first + length) - grid.Leading - grid.Patches },
            };
        }

        if (first >= 0 && IsOther(grid, first, length))
            n.OthersOnly.Add(output);
        return axes.With(axis, Axis.Other);
    }

    private static bool IsOther(TokenGrid grid, long first, long length) =>
        first + length <= grid.Leading || first >= grid.Leading + grid.Patches;

    private static int Positive(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);
}
