using Explain.Kernels.Segmentation;

namespace Explain.Engine.Segmentation;

/// <summary>How a map becomes values to compare with a threshold, and a region a box.</summary>
public enum RegionConvention
{
    /// <summary>
    /// The positive part of the map, bilinearly enlarged. Shares are those of the map's own maximum. A box covers its region.
    /// </summary>
    Plain,

    /// <summary>
    /// As the code of Choe et al. 2020 (CVPR, "Evaluating Weakly Supervised Object Localization Methods Right"; <c>wsolevaluation</c>):
    /// the map with its negative values, bicubically enlarged, scaled from its minimum and maximum to 0..255 and cut to whole numbers
    /// (nothing, where it is constant); a region is where it is greater than <c>int(t · 255)</c>; a box ends at the last column and the
    /// last row at most, <c>x1 = min(x + w, W - 1)</c>; the largest region is that whose contour has the largest area
    /// (<see cref="Contours.Area"/>), of equal ones the one whose first pixel comes last by rows, as OpenCV lists them.
    /// </summary>
    WsolEvaluation,
}

/// <summary>Which parts of a map are regions. Regions are 8-connected.</summary>
/// <param name="Threshold">From which value on.</param>
public sealed record RegionRule(RegionThreshold Threshold)
{
    /// <summary>
    /// Whether the largest region alone is meant: by its number of pixels, of equal ones the one with the larger sum of values, then the
    /// one that is met first by rows.
    /// </summary>
    public bool Largest { get; init; }

    /// <summary>Whether a value that equals the threshold is outside.</summary>
    public bool Above { get; init; }

    /// <summary>How values and boxes are made.</summary>
    public RegionConvention Convention { get; init; }

    /// <summary>The regions that are meant, of those that were found.</summary>
    /// <param name="found">By falling mass.</param>
    public IReadOnlyList<Region> Choose(IReadOnlyList<Region> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (!Largest || found.Count < 2)
            return found;
        return
        [
            Convention == RegionConvention.WsolEvaluation
                ? found.MaxBy(r => (Contours.Area(r), r.Runs[0].Y, r.Runs[0].Left))!
                : found.MaxBy(r => r.Area)!,
        ];
    }

    /// <summary>The edges of a region's box, in pixels of the map: the right and the lower one are the first column and row beyond it.</summary>
    /// <param name="region">The region.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    public (int Left, int Top, int Right, int Bottom) Box(Region region, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(region);
        var cut = Convention == RegionConvention.WsolEvaluation ? 1 : 0;
        return (region.X, region.Y, Math.Min(region.X + region.Width, width - cut), Math.Min(region.Y + region.Height, height - cut));
    }
}
