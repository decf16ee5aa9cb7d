using System.Numerics.Tensors;
using Explain.Evaluation.Clusters;

namespace Explain.Evaluation.Drift;

/// <summary>Where many maps look, and how far that is from where others do.</summary>
/// <param name="Maps">How many maps.</param>
/// <param name="Constant">How many of them are the same everywhere, or without a positive value: they say nothing about where.</param>
/// <param name="Figures">Means of the figures of all others; null when there are none.</param>
/// <param name="Mean">The mean of all others, as of <see cref="SmallMap"/>; null when there are none.</param>
public sealed record MapSummary(int Maps, int Constant, MapFigures? Figures, IReadOnlyList<float>? Mean)
{
    /// <summary>The share of constant maps, 0..1; null when there are no maps.</summary>
    public double? ConstantShare => Maps == 0 ? null : Constant / (double)Maps;

    /// <summary>Sums maps up.</summary>
    /// <param name="maps">As of <see cref="SmallMap"/>.</param>
    public static MapSummary Of(IReadOnlyCollection<float[]> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        (float[] Map, MapFigures Figures)[] telling = [.. maps.Select(m => (m, MapFigures.Of(m))).Where(m => !m.Item2.IsConstant)];
        if (telling.Length == 0)
            return new MapSummary(maps.Count, maps.Count, null, null);
        var mean = new float[SmallMap.Cells];
        foreach (var (map, _) in telling)
            TensorPrimitives.Add(mean, map, mean);
        TensorPrimitives.Divide(mean, telling.Length, mean);
        double Average(Func<MapFigures, double> of) => telling.Average(m => of(m.Figures));
        return new MapSummary(
            maps.Count,
            maps.Count - telling.Length,
            new MapFigures(Average(f => f.Border), Average(f => f.Entropy), Average(f => f.CentroidX), Average(f => f.CentroidY), false),
            mean
        );
    }

    /// <summary>
    /// How far the mean centroid lies from that of others, in sides of the picture, 0..√2; null where one of them has none.
    /// </summary>
    public double? Shift(MapSummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Figures is not { } a || other.Figures is not { } b)
            return null;
        var (x, y) = (a.CentroidX - b.CentroidX, a.CentroidY - b.CentroidY);
        return Math.Sqrt(x * x + y * y);
    }

    /// <summary>
    /// What two mean maps p and q have in common, Σ min(p, q) = 1 − ½ Σ |p − q|: 1 for the same, 0 for maps that never meet; null where one
    /// of them has none. Unlike a correlation it means something for maps that are nearly even, too.
    /// </summary>
    public double? Agreement(MapSummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Mean is { } mean ? other.Agreement(mean) : null;
    }

    /// <summary>What one map has in common with the mean; null where there is none.</summary>
    /// <param name="map">As of <see cref="SmallMap"/>.</param>
    public double? Agreement(IReadOnlyList<float> map) => Mean?.Zip(map).Sum(p => (double)Math.Min(p.First, p.Second));
}
