using System.Numerics.Tensors;

namespace Explain.Engine.Measures;

/// <summary>What a map is like, whatever the model. A map of zeros counts as any other that is the same everywhere.</summary>
public static class MapStatistics
{
    /// <summary>Pearson's correlation, -1..1; 0 where one of them is the same everywhere.</summary>
    /// <param name="first">Values.</param>
    /// <param name="second">As many.</param>
    /// <param name="epsilon">Added to the product of the deviations.</param>
    public static double Correlation(float[] first, float[] second, double epsilon)
    {
        var (a, b) = (first.Average(v => (double)v), second.Average(v => (double)v));
        var (products, left, right) = (0.0, 0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
        {
            var (x, y) = (first[i] - a, second[i] - b);
            (products, left, right) = (products + x * y, left + x * x, right + y * y);
        }
        return IsConstant(first) || IsConstant(second)
            ? 0
            : Math.Clamp(products / (Math.Sqrt(left * right) + epsilon * (first.Length - 1)), -1, 1);
    }

    /// <summary>Mean magnitude.</summary>
    public static double Mean(float[] map) => TensorPrimitives.SumOfMagnitudes<float>(map) / (double)map.Length;

    /// <summary>Gini index of the magnitudes, Σ (2i - n - 1) a_i/(n Σ a_i) with the smallest first, 0..1 - 1/n.</summary>
    public static double Gini(float[] map)
    {
        var sizes = Magnitudes(map);
        Array.Sort(sizes);
        var sum = sizes.Sum();
        return sum == 0 ? 0 : sizes.Index().Sum(s => (2.0 * (s.Index + 1) - sizes.Length - 1) * s.Item) / (sizes.Length * sum);
    }

    /// <summary>Entropy of each value's share in the magnitudes, -Σ p ln p, 0..ln n.</summary>
    public static double Entropy(float[] map)
    {
        var sizes = Magnitudes(map);
        var sum = sizes.Sum();
        return sum == 0 ? Math.Log(sizes.Length) : sizes.Where(v => v > 0).Sum(v => -v / sum * Math.Log(v / sum));
    }

    private static double[] Magnitudes(float[] map) => Array.ConvertAll(map, v => (double)Math.Abs(v));

    // The sum of squares would be rounding alone.
    private static bool IsConstant(float[] map) => !map.AsSpan().ContainsAnyExcept(map[0]);
}
