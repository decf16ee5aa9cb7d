using Explain.Evaluation.Annotations;
using Explain.Kernels.Segmentation;

namespace Explain.Evaluation.Localization;

/// <summary>
/// How well boxes fit that are drawn around a map above each threshold (Choe et al. 2020, Evaluating Weakly Supervised Object Localization
/// Methods Right, section 3): heat in 256 steps, the box around what is above a step, overlap with the object's box.
/// </summary>
/// <param name="Largest">By step, 0 to 254: the best overlap of the box around the largest region with a true box.</param>
/// <param name="Any">By step: the best overlap of the box around any region.</param>
public sealed record BoxCurve(IReadOnlyList<float> Largest, IReadOnlyList<float> Any)
{
    /// <summary>Thresholds: what is in the last step is above all of them.</summary>
    public const int Levels = 255;

    /// <summary>The overlaps from which a box counts in MaxBoxAccV2.</summary>
    public static IReadOnlyList<double> Overlaps { get; } = [0.3, 0.5, 0.7];

    /// <summary>The overlap from which a box counts in MaxBoxAcc, and in ILSVRC.</summary>
    public const double Overlap = 0.5;

    /// <summary>The curve of one map.</summary>
    /// <param name="heat">Row-major [height, width], 0..1.</param>
    /// <param name="truth">The objects.</param>
    public static BoxCurve Of(ReadOnlySpan<float> heat, Truth truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var (steps, largest, any) = (new float[heat.Length], new float[Levels], new float[Levels]);
        var present = new bool[Levels + 1];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = (byte)(heat[i] * Levels);
            present[(int)steps[i]] = true;
        }
        for (var level = 0; level < Levels; level++)
        {
            // Nothing has left since the step before.
            if (level > 0 && !present[level])
            {
                (largest[level], any[level]) = (largest[level - 1], any[level - 1]);
                continue;
            }
            var regions = Regions.Find(steps, truth.Height, truth.Width, level);
            any[level] = (float)BoxOverlap.Best([.. regions.Select(r => BoxOf(r, truth))], truth.Boxes);
            if (regions.Count > 0)
                largest[level] = (float)BoxOverlap.Best([BoxOf(LargestOf(regions), truth)], truth.Boxes);
        }
        return new BoxCurve(largest, any);
    }

    /// <summary>The share of pictures whose box counts, at the threshold that is best for all of them together.</summary>
    /// <param name="curve">The curve of a picture's number, <see cref="Largest"/> or <see cref="Any"/>.</param>
    /// <param name="drawn">Numbers of the pictures, any several times.</param>
    /// <param name="overlap">From which on a box counts.</param>
    public static double BestShare(Func<int, IReadOnlyList<float>> curve, int[] drawn, double overlap)
    {
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentNullException.ThrowIfNull(drawn);
        var hits = new int[Levels];
        foreach (var picture in drawn)
        {
            var overlaps = curve(picture);
            for (var level = 0; level < Levels; level++)
                hits[level] += overlaps[level] >= (float)overlap ? 1 : 0;
        }
        return hits.Max() / (double)drawn.Length;
    }

    // By the area of its contour: the box is more, and the squares of four neighbours are less.
    private static Region LargestOf(IReadOnlyList<Region> regions)
    {
        static double Box(Region region) => (region.Width - 1.0) * (region.Height - 1);
        Region[] ordered = [.. regions.OrderByDescending(Box)];
        if (ordered.Length == 1 || Squares(ordered[0]) >= Box(ordered[1]))
            return ordered[0];
        var (largest, area) = (ordered[0], -1.0);
        foreach (var region in ordered.TakeWhile(r => Box(r) > area))
        {
            if (Contours.Area(region) is var own && own > area)
                (largest, area) = (region, own);
        }
        return largest;
    }

    private static long Squares(Region region)
    {
        var (squares, runs, below) = (0L, region.Runs, 0);
        foreach (var run in runs)
        {
            while (below < runs.Count && (runs[below].Y <= run.Y || (runs[below].Y == run.Y + 1 && runs[below].Right < run.Left)))
                below++;
            for (var at = below; at < runs.Count && runs[at].Y == run.Y + 1 && runs[at].Left <= run.Right; at++)
                squares += Math.Min(run.Right, runs[at].Right) - Math.Max(run.Left, runs[at].Left);
        }
        return squares;
    }

    // The protocol's: the last column and row are one more than the region's, but for those of the map.
    private static PixelBox BoxOf(Region region, Truth truth) =>
        new(
            region.X,
            region.Y,
            Math.Min(region.X + region.Width, truth.Width - 1) + 1,
            Math.Min(region.Y + region.Height, truth.Height - 1) + 1
        );
}
