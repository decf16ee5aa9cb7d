using System.Runtime.InteropServices;

namespace Explain.Kernels.Segmentation;

/// <summary>Finds the connected parts of a map that stand above a threshold.</summary>
public static class Regions
{
    /// <summary>
    /// The 8-connected components of <c>map &gt; threshold</c> (strictly greater), by joining the runs of neighbouring rows: one pass
    /// over the pixels, one over the runs.
    /// </summary>
    /// <param name="map">Row-major [height, width]; NaN belongs to no region.</param>
    /// <param name="height">Rows, positive.</param>
    /// <param name="width">Columns, positive.</param>
    /// <param name="threshold">In the unit of the map; with NaN nothing is found.</param>
    /// <returns>The regions by falling mass; those of equal mass in the order in which rows of the map meet them.</returns>
    /// <exception cref="ArgumentException">A side is not positive, or the length of the map disagrees with its sides.</exception>
    public static IReadOnlyList<Region> Find(ReadOnlySpan<float> map, int height, int width, float threshold)
    {
        Require.Area(map.Length, height, width, nameof(map));
        var runs = new List<Run>();
        var aboveStart = 0;
        for (var y = 0; y < height; y++)
        {
            var rowStart = runs.Count;
            AddRuns(map.Slice(y * width, width), y, threshold, runs);
            JoinRows(CollectionsMarshal.AsSpan(runs), aboveStart, rowStart);
            aboveStart = rowStart;
        }
        return Collect(CollectionsMarshal.AsSpan(runs));
    }

    private static void AddRuns(ReadOnlySpan<float> row, int y, float threshold, List<Run> runs)
    {
        for (var x = 0; x < row.Length; x++)
        {
            if (!(row[x] > threshold))
                continue;
            var run = new Run
            {
                Parent = runs.Count,
                Left = x,
                Top = y,
                Bottom = y,
            };
            for (; x < row.Length && row[x] > threshold; x++)
                run.Mass += row[x];
            run.Right = x - 1;
            run.Pixels = new RegionRun(y, run.Left, run.Right);
            runs.Add(run);
        }
    }

    private static void JoinRows(Span<Run> runs, int aboveStart, int rowStart)
    {
        var above = aboveStart;
        for (var below = rowStart; below < runs.Length; below++)
        {
            while (above < rowStart && runs[above].Right < runs[below].Left - 1)
                above++;
            for (var touching = above; touching < rowStart && runs[touching].Left <= runs[below].Right + 1; touching++)
            {
                var (a, b) = (Root(runs, touching), Root(runs, below));
                runs[Math.Max(a, b)].Parent = Math.Min(a, b);
            }
        }
    }

    private static int Root(Span<Run> runs, int index)
    {
        while (runs[index].Parent != index)
            index = runs[index].Parent = runs[runs[index].Parent].Parent;
        return index;
    }

    /// <summary>Folds every run into its root. A parent comes before its children, and roots keep the order of the rows.</summary>
    private static Region[] Collect(Span<Run> runs)
    {
        var (roots, parts) = (new List<int>(), new List<RegionRun>?[runs.Length]);
        for (var i = 0; i < runs.Length; i++)
        {
            var root = Root(runs, i);
            if (root == i)
                roots.Add(i);
            else
                runs[root].Absorb(runs[i]);
            (parts[root] ??= []).Add(runs[i].Pixels);
        }

        var regions = new Region[roots.Count];
        for (var i = 0; i < regions.Length; i++)
            regions[i] = runs[roots[i]].ToRegion(parts[roots[i]]!);
        return [.. regions.OrderByDescending(region => region.Mass)];
    }

    private struct Run
    {
        public int Parent,
            Left,
            Right,
            Top,
            Bottom;
        public double Mass;
        public RegionRun Pixels;

        public void Absorb(in Run other)
        {
            (Left, Right) = (Math.Min(Left, other.Left), Math.Max(Right, other.Right));
            (Top, Bottom) = (Math.Min(Top, other.Top), Math.Max(Bottom, other.Bottom));
            Mass += other.Mass;
        }

        public readonly Region ToRegion(List<RegionRun> pixels) => new(Left, Top, Right - Left + 1, Bottom - Top + 1, (float)Mass, pixels);
    }
}
