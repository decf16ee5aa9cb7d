namespace Explain.Kernels.Segmentation;

/// <summary>A connected part of a map, with its bounding box in map pixels.</summary>
/// <param name="X">Leftmost column.</param>
/// <param name="Y">Topmost row.</param>
/// <param name="Width">Columns of the box, 1 or more.</param>
/// <param name="Height">Rows of the box, 1 or more.</param>
/// <param name="Mass">Sum of the part's values, in the unit of the map.</param>
/// <param name="Runs">Its pixels, by rows and from left to right; not empty.</param>
public sealed record Region(int X, int Y, int Width, int Height, float Mass, IReadOnlyList<RegionRun> Runs)
{
    /// <summary>How many pixels it has, 1 or more.</summary>
    public int Area => Runs.Sum(run => run.Right - run.Left + 1);
}

/// <summary>Neighbouring pixels of a region in one row.</summary>
/// <param name="Y">The row.</param>
/// <param name="Left">The first column.</param>
/// <param name="Right">The last column, itself inside.</param>
public readonly record struct RegionRun(int Y, int Left, int Right);
