namespace Explain.Engine.Models.Layouts;

/// <summary>What axes become when a tensor is given another shape.</summary>
internal static class ReshapedAxes
{
    /// <summary>
    /// Axes that are split or joined get the name of what their parts make; what has no name becomes <see cref="Axis.Other"/>.
    /// </summary>
    /// <param name="axes">Of the tensor before.</param>
    /// <param name="from">Its extents.</param>
    /// <param name="to">Its extents afterwards.</param>
    /// <param name="source">Name of the tensor before.</param>
    public static Axes Of(Axes axes, IReadOnlyList<long> from, IReadOnlyList<long> to, string source)
    {
        if (axes.Before is { } before && before.Dims.SequenceEqual(to))
            return before.Axes;
        return Matched(axes, from, to, source) with { Before = axes.Before ?? (axes, from) };
    }

    private static Axes Matched(Axes axes, IReadOnlyList<long> from, IReadOnlyList<long> to, string source)
    {
        var names = Enumerable.Repeat(Axis.Other, to.Count).ToArray();
        var grid = axes.Tokens;
        var (i, j) = (0, 0);
        while (i < from.Count && j < to.Count)
        {
            var (firstIn, firstOut, left, right) = (i, j, from[i++], to[j++]);
            while (left != right)
            {
                if (left < right && i < from.Count)
                    left *= from[i++];
                else if (left > right && j < to.Count)
                    right *= to[j++];
                else
                    return new Axes(names);
            }
            Name(axes, from, (firstIn, i), to, (firstOut, j), source, names, ref grid);
        }
        return Axes.Of(names, grid);
    }

    private static void Name(
        Axes axes,
        IReadOnlyList<long> from,
        (int First, int End) taken,
        IReadOnlyList<long> to,
        (int First, int End) made,
        string source,
        Axis[] names,
        ref TokenGrid? grid
    )
    {
        // Axes of extent 1 say nothing, unless there is nothing else.
        var before = Long(from, taken);
        var after = Long(to, made);
        if (before.Length == 0 || after.Length == 0)
        {
            if (taken.End - taken.First == 1 && made.End - made.First == 1)
                names[made.First] = axes.Names[taken.First];
            return;
        }
        var own = Array.ConvertAll(before, a => axes.Names[a]);
        if (own is [var same] && after.Length == 1)
        {
            names[after[0]] = same;
        }
        else if (own is [Axis.Row, Axis.Column] && after.Length == 1)
        {
            names[after[0]] = Axis.Token;
            grid = new TokenGrid((int)from[before[0]], (int)from[before[1]], 0, 0, source);
        }
        else if (
            own is [Axis.Token]
            && after.Length == 2
            && grid is { Leading: 0, Trailing: 0 }
            && (to[after[0]], to[after[1]]) == (grid.Height, grid.Width)
        )
        {
            (names[after[0]], names[after[1]]) = (Axis.Row, Axis.Column);
        }
        else if (own is [Axis.Row or Axis.Column] && after.Length == 2)
        {
            (names[after[0]], names[after[1]]) = (own[0], Axis.Part);
        }
        else if (own is [Axis.Channel or Axis.Part])
        {
            Array.ForEach(after, a => names[a] = Axis.Part);
        }
        else if (own.All(n => n is Axis.Channel or Axis.Part) && after.Length == 1)
        {
            names[after[0]] = Axis.Channel;
        }
    }

    private static int[] Long(IReadOnlyList<long> dims, (int First, int End) range) =>
        [.. Enumerable.Range(range.First, range.End - range.First).Where(a => dims[a] != 1)];
}
