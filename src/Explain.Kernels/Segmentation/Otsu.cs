using System.Numerics.Tensors;

namespace Explain.Kernels.Segmentation;

/// <summary>The threshold that splits values into two classes that lie as far apart as possible (Otsu 1979).</summary>
public static class Otsu
{
    private const int Bins = 256;

    /// <summary>
    /// Counts the values in 256 bins of equal width from the smallest to the largest, bin <c>floor(256 (v - min) / (max - min))</c>, the
    /// largest value in the last one, and puts the border behind the bin k that maximises the variance between the classes,
    /// <c>ω₀(k) ω₁(k) (μ₀(k) - μ₁(k))²</c> (eq. 14 and 18), with bins for values; of several such bins behind the first.
    /// </summary>
    /// <param name="values">One or more, all finite.</param>
    /// <returns>
    /// Where bin k + 1 begins: a value that is not smaller belongs to the upper class. When all values are equal, that value.
    /// </returns>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static float Threshold(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("A threshold needs one value or more.", nameof(values));
        double min = TensorPrimitives.Min(values);
        var width = (double)TensorPrimitives.Max(values) - min;
        if (!(width > 0))
            return (float)min;
        Span<long> counts = stackalloc long[Bins];
        counts.Clear();
        foreach (var value in values)
            counts[Math.Min((int)((value - min) / width * Bins), Bins - 1)]++;
        return (float)(min + (Border(counts, values.Length) + 1) * width / Bins);
    }

    private static int Border(ReadOnlySpan<long> counts, long all)
    {
        var sum = 0L;
        for (var bin = 0; bin < Bins; bin++)
            sum += bin * counts[bin];
        var (best, border, below, sumBelow) = (-1.0, 0, 0L, 0L);
        for (var bin = 0; bin < Bins - 1; bin++)
        {
            below += counts[bin];
            sumBelow += bin * counts[bin];
            var distance = (double)sumBelow / below - (double)(sum - sumBelow) / (all - below);
            var variance = (double)below * (all - below) * distance * distance;
            if (variance > best)
                (best, border) = (variance, bin);
        }
        return border;
    }
}
