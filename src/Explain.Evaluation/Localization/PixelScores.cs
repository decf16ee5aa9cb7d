using System.Numerics.Tensors;

namespace Explain.Evaluation.Localization;

/// <summary>
/// How many cells inside and outside the objects have which heat, 0..1, in a thousand equal steps: what is known of one map or, added up,
/// of many. The heat of the last step is 1 alone.
/// </summary>
/// <param name="Inside">Cells of objects, by step.</param>
/// <param name="Outside">The others.</param>
public sealed record PixelScores(long[] Inside, long[] Outside)
{
    /// <summary>Steps.</summary>
    public const int Steps = 1001;

    /// <summary>None yet.</summary>
    public static PixelScores None => new(new long[Steps], new long[Steps]);

    /// <summary>Those of one map.</summary>
    /// <param name="heat">Row-major [height, width], 0..1.</param>
    /// <param name="inside">Which cells belong to objects.</param>
    public static PixelScores Of(ReadOnlySpan<float> heat, ReadOnlySpan<bool> inside)
    {
        var scores = None;
        for (var i = 0; i < heat.Length; i++)
            (inside[i] ? scores.Inside : scores.Outside)[Math.Clamp((int)(heat[i] * (Steps - 1)), 0, Steps - 1)]++;
        return scores;
    }

    /// <summary>Adds those of another map.</summary>
    public void Add(PixelScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        TensorPrimitives.Add(Inside, other.Inside, Inside);
        TensorPrimitives.Add(Outside, other.Outside, Outside);
    }

    /// <summary>
    /// PxAP, 0..1: precision of the cells above a threshold, summed over what recall gains from threshold to threshold (Choe et al. 2020,
    /// Evaluating Weakly Supervised Object Localization Methods Right, eq. 4). Not a number without a cell of an object.
    /// </summary>
    public double AveragePrecision
    {
        get
        {
            var (all, hits, others, area) = ((double)Sum(Inside), 0L, 0L, 0.0);
            for (var step = Steps - 1; step >= 0; step--)
            {
                (hits, others) = (hits + Inside[step], others + Outside[step]);
                if (hits > 0)
                    area += Inside[step] / all * (hits / (double)(hits + others));
            }
            return all > 0 ? area : double.NaN;
        }
    }

    /// <summary>
    /// Intersection over union of the objects and the cells from each step on, 0..1: how good a seed of a segmentation the map is. Not a
    /// number where neither has a cell.
    /// </summary>
    public double[] Overlaps()
    {
        var (overlaps, all, hits, others) = (new double[Steps], Sum(Inside), 0L, 0L);
        for (var step = Steps - 1; step >= 0; step--)
        {
            (hits, others) = (hits + Inside[step], others + Outside[step]);
            overlaps[step] = hits / (double)(all + others);
        }
        return overlaps;
    }

    private static long Sum(ReadOnlySpan<long> counts) => TensorPrimitives.Sum(counts);
}
