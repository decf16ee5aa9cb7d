using System.Numerics.Tensors;
using Explain.Kernels.Images;

namespace Explain.Evaluation.Randomization;

/// <summary>How alike two maps are.</summary>
public static class MapSimilarity
{
    // Wang et al. 2004, with a range of 1.
    private const double Window = 1.5;
    private const float OfMeans = 0.01f * 0.01f;
    private const float OfDeviations = 0.03f * 0.03f;

    /// <summary>
    /// Spearman's rank correlation, −1..1; equal values have the mean of their ranks. Not a number where a map is constant.
    /// </summary>
    /// <param name="a">Values.</param>
    /// <param name="b">As many.</param>
    public static double RankCorrelation(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"{b.Length} values are not as many as {a.Length}.", nameof(b));
        var (x, y) = (Ranks(a), Ranks(b));
        var mean = (a.Length - 1) / 2.0;
        var (product, ofX, ofY) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            product += (x[i] - mean) * (y[i] - mean);
            ofX += (x[i] - mean) * (x[i] - mean);
            ofY += (y[i] - mean) * (y[i] - mean);
        }
        return product / Math.Sqrt(ofX * ofY);
    }

    /// <summary>The same of the magnitudes: where a map says something, whatever its sign.</summary>
    public static double RankCorrelationOfMagnitudes(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (x, y) = (new float[a.Length], new float[b.Length]);
        TensorPrimitives.Abs(a, x);
        TensorPrimitives.Abs(b, y);
        return RankCorrelation(x, y);
    }

    /// <summary>
    /// Intersection over union of the cells that reach half of each map's maximum, 0..1; not a number where a map has no positive value.
    /// </summary>
    /// <param name="a">Values.</param>
    /// <param name="b">As many.</param>
    public static double Overlap(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"{b.Length} values are not as many as {a.Length}.", nameof(b));
        var (halfA, halfB) = (TensorPrimitives.Max(a) / 2, TensorPrimitives.Max(b) / 2);
        if (!(halfA > 0 && halfB > 0))
            return double.NaN;
        var (both, either) = (0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            both += a[i] >= halfA && b[i] >= halfB ? 1 : 0;
            either += a[i] >= halfA || b[i] >= halfB ? 1 : 0;
        }
        return both / (double)either;
    }

    /// <summary>
    /// The mean structural similarity, −1..1 (Wang et al. 2004, eq. 13): Gaussian windows with a deviation of 1.5 that end at three of
    /// them, constants 0.01 and 0.03, a range of 1; beyond the border the last values repeat.
    /// </summary>
    /// <param name="a">Row-major [height, width], 0..1.</param>
    /// <param name="b">Shaped alike.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static double Structure(float[] a, float[] b, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        float[] Times(float[] x, float[] y)
        {
            var product = new float[x.Length];
            TensorPrimitives.Multiply(x, y, product);
            return product;
        }
        var (meanA, meanB) = (Blurred(a), Blurred(b));
        var (squareA, squareB, both) = (Blurred(Times(a, a)), Blurred(Times(b, b)), Blurred(Times(a, b)));
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var (ma, mb) = (meanA[i], meanB[i]);
            var (varianceA, varianceB, covariance) = (squareA[i] - ma * ma, squareB[i] - mb * mb, both[i] - ma * mb);
            sum +=
                (2 * ma * mb + OfMeans)
                * (2 * covariance + OfDeviations)
                / ((ma * ma + mb * mb + OfMeans) * (varianceA + varianceB + OfDeviations));
        }
        return sum / a.Length;

        float[] Blurred(float[] values)
        {
            var (down, across) = (new float[values.Length], new float[values.Length]);
            GaussianBlur.Along(values, height, width, Window, down);
            GaussianBlur.Along(down, width, 1, Window, across);
            return across;
        }
    }

    private static double[] Ranks(ReadOnlySpan<float> values)
    {
        var (sorted, order) = (values.ToArray(), Enumerable.Range(0, values.Length).ToArray());
        Array.Sort(sorted, order);
        var ranks = new double[order.Length];
        for (var (first, next) = (0, 0); first < order.Length; first = next)
        {
            while (next < order.Length && sorted[next] == sorted[first])
                next++;
            for (var i = first; i < next; i++)
                ranks[order[i]] = (first + next - 1) / 2.0;
        }
        return ranks;
    }
}
