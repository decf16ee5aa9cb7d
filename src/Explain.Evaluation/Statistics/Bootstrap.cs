using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Statistics;

/// <summary>Where the true value lies, with a given probability.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High);

/// <summary>Confidence intervals by drawing the pictures again (Efron 1979; percentile method).</summary>
public static class Bootstrap
{
    /// <summary>Draws, of which the intervals are quantiles.</summary>
    public const int Draws = 2000;

    private const double Tail = 0.025;

    /// <summary>
    /// The interval of 95 % of a statistic of pictures: its 2.5 and 97.5 % quantiles, between the nearest draws linearly, over draws of as
    /// many pictures with replacement. The same numbers always give the same interval.
    /// </summary>
    /// <param name="count">Pictures.</param>
    /// <param name="statistic">The statistic, of the numbers of the pictures that were drawn, of which any may come several times.</param>
    /// <returns>Null for no picture, and where the statistic of a draw is no number.</returns>
    public static Interval? Of(int count, Func<int[], double> statistic)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        if (count == 0)
            return null;
        var (values, drawn) = (new double[Draws], new int[count]);
        for (var draw = 0; draw < Draws; draw++)
        {
            var random = new RandomStream(0, (ulong)draw);
            for (var i = 0; i < count; i++)
                drawn[i] = (int)(random.NextDouble() * count);
            values[draw] = statistic(drawn);
        }
        if (values.Any(double.IsNaN))
            return null;
        Array.Sort(values);
        return new Interval(Quantile(values, Tail), Quantile(values, 1 - Tail));
    }

    /// <summary>The interval of the mean of one value a picture.</summary>
    public static Interval? OfMean(IReadOnlyList<double> values) => Of(values.Count, drawn => drawn.Average(i => values[i]));

    private static double Quantile(double[] sorted, double share)
    {
        var (at, last) = (share * (sorted.Length - 1), sorted.Length - 1);
        var below = (int)at;
        return sorted[below] + (at - below) * (sorted[Math.Min(below + 1, last)] - sorted[below]);
    }
}
