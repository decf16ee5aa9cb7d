using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

/// <summary>The distribution of every feature map by itself, which FEM (Fuad et al. 2020) sets its thresholds by.</summary>
public static class ChannelStatistics
{
    /// <summary>Mean and population standard deviation (divisor area, not area - 1) of every map, in double precision.</summary>
    /// <remarks>
    /// The deviations are taken from the mean before they are squared. A constant map has a deviation of exactly 0. A value that is not
    /// finite makes both numbers of its map not finite.
    /// </remarks>
    /// <param name="maps">Row-major [channels, area], area one or more; any unit.</param>
    /// <param name="means">Receives [channels] means, in the unit of the maps.</param>
    /// <param name="deviations">Receives [channels] standard deviations, in the unit of the maps.</param>
    /// <exception cref="ArgumentException">The lengths disagree, or the maps hold no value.</exception>
    public static void MeanAndDeviation(ReadOnlySpan<float> maps, Span<double> means, Span<double> deviations)
    {
        Require.SameLength(means.Length, deviations.Length, nameof(deviations));
        if (maps.IsEmpty ? !means.IsEmpty : means.IsEmpty || maps.Length % means.Length != 0)
            throw new ArgumentException($"{maps.Length} values are not {means.Length} maps of one size.", nameof(maps));

        var area = means.IsEmpty ? 0 : maps.Length / means.Length;
        var values = new double[area];
        for (var channel = 0; channel < means.Length; channel++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(maps.Slice(channel * area, area), values);
            means[channel] = TensorPrimitives.Sum<double>(values) / area;
            TensorPrimitives.Subtract(values, means[channel], values);
            deviations[channel] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(values) / area);
        }
    }
}
