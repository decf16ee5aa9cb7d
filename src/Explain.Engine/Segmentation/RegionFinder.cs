using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Segmentation;

/// <summary>Finds the regions of maps, by a rule.</summary>
public static class RegionFinder
{
    private const int MaxByte = 255;

    /// <summary>A map in the size of the input, as a convention enlarges it.</summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="convention">Whose.</param>
    /// <returns>Row-major [height, width], in the unit of the map.</returns>
    public static float[] Enlarge(SaliencyMap map, int height, int width, RegionConvention convention)
    {
        ArgumentNullException.ThrowIfNull(map);
        var enlarged = new float[checked(height * width)];
        if (convention == RegionConvention.WsolEvaluation)
            Upsample.Bicubic(map.Values, map.Height, map.Width, enlarged, height, width);
        else
            Upsample.Bilinear(Positive(map.Values), map.Height, map.Width, enlarged, height, width);
        return enlarged;
    }

    /// <summary>The regions of a map in the size of the input.</summary>
    /// <param name="map">Row-major [height, width], finite, any unit: what <see cref="Enlarge"/> gives.</param>
    /// <param name="height">Rows, positive.</param>
    /// <param name="width">Columns, positive.</param>
    /// <param name="rule">What a region is.</param>
    /// <param name="maximum">
    /// The value that shares are of: the maximum of the map before it was enlarged, which flattens peaks; null for that of
    /// <paramref name="map"/>. The convention of wsolevaluation has its own.
    /// </param>
    /// <returns>
    /// The regions that the rule means, by falling mass, in pixels of <paramref name="map"/>; empty where nothing is positive (for
    /// wsolevaluation: where the map is constant).
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A side is not positive, the length of the map disagrees with its sides, or wsolevaluation is to have a threshold that is no share.
    /// </exception>
    public static IReadOnlyList<Region> Find(ReadOnlySpan<float> map, int height, int width, RegionRule rule, float? maximum = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Choose(All(map, height, width, rule, maximum).Regions);
    }

    /// <summary>Every region above the threshold, and the mass of the whole map.</summary>
    internal static (IReadOnlyList<Region> Regions, double Mass) All(
        ReadOnlySpan<float> map,
        int height,
        int width,
        RegionRule rule,
        float? maximum
    )
    {
        var isPlain = rule.Convention == RegionConvention.Plain;
        var values = isPlain ? Positive(map) : Bytes(map);
        var level = isPlain ? Level(values, rule, maximum) : ByteLevel(rule.Threshold);
        return float.IsNaN(level) ? ([], 0) : (Regions.Find(values, height, width, level), values.Sum(value => (double)value));
    }

    // Regions are greater than this; NaN where there are none.
    private static float Level(float[] values, RegionRule rule, float? maximum)
    {
        var peak = maximum ?? TensorPrimitives.Max<float>(values);
        if (!(peak > 0))
            return float.NaN;
        var level = rule.Threshold.Kind switch
        {
            ThresholdKind.Share => rule.Threshold.Value * peak,
            // Zero speaks for nothing, whatever part of the map it is.
            ThresholdKind.Otsu => Math.Max(Otsu.Threshold(values), float.Epsilon),
            ThresholdKind.Percentile => Math.Max(Normalize.Percentile(values, rule.Threshold.Value), float.Epsilon),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Threshold.Kind, null),
        };
        return rule.Above ? level : MathF.BitDecrement(level);
    }

    private static float ByteLevel(RegionThreshold threshold) =>
        threshold.Kind == ThresholdKind.Share
            ? (int)((double)threshold.Value * MaxByte)
            : throw new ArgumentException($"wsolevaluation has shares for thresholds, not {threshold}.", nameof(threshold));

    private static float[] Positive(ReadOnlySpan<float> map)
    {
        var positive = new float[map.Length];
        TensorPrimitives.Max(map, 0f, positive);
        return positive;
    }

    // normalize_scoremap and (scoremap * 255).astype(np.uint8), in the same order of roundings.
    private static float[] Bytes(ReadOnlySpan<float> map)
    {
        var bytes = new float[map.Length];
        TensorPrimitives.Subtract(map, TensorPrimitives.Min(map), bytes);
        var range = TensorPrimitives.Max<float>(bytes);
        if (range > 0)
        {
            TensorPrimitives.Divide(bytes, range, bytes);
            TensorPrimitives.Multiply(bytes, MaxByte, bytes);
            TensorPrimitives.Truncate<float>(bytes, bytes);
        }
        return bytes;
    }
}
