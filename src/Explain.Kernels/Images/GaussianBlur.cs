using System.Buffers;
using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

/// <summary>Smooths along one axis of a tensor; two calls blur an image in any layout.</summary>
public static class GaussianBlur
{
    // Beyond three standard deviations lies a quarter of a percent of the weight.
    private const double Reach = 3;

    /// <summary>Replaces every value by the weighted mean of its neighbours along an axis; beyond the ends the end values repeat.</summary>
    /// <param name="source">Row-major [outer, extent, inner].</param>
    /// <param name="extent">Entries of the axis, positive.</param>
    /// <param name="inner">Values between two neighbours, positive: 1 for the last axis.</param>
    /// <param name="sigma">Standard deviation in entries of the axis, positive; the weights end at three of them.</param>
    /// <param name="destination">As many values.</param>
    /// <exception cref="ArgumentException">The extents do not divide the length, the lengths differ, or the spans overlap.</exception>
    public static void Along(ReadOnlySpan<float> source, int extent, int inner, double sigma, Span<float> destination)
    {
        Require.SameLength(source.Length, destination.Length, nameof(destination));
        Require.Apart<float>(source, destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(extent, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        if (!(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "A finite number above zero was expected.");
        if (source.Length % ((long)extent * inner) != 0)
            throw new ArgumentException($"{source.Length} values are no whole axes of {extent} times {inner}.", nameof(source));

        var reach = (int)Math.Ceiling(Reach * sigma);
        var weights = ArrayPool<float>.Shared.Rent(reach + 1);
        Weigh(weights.AsSpan(0, reach + 1), sigma);
        destination.Clear();
        for (var start = 0; start < source.Length; start += extent * inner)
        {
            for (var to = 0; to < extent; to++)
            {
                var mean = destination.Slice(start + to * inner, inner);
                for (var step = -reach; step <= reach; step++)
                {
                    var from = Math.Clamp(to + step, 0, extent - 1);
                    TensorPrimitives.MultiplyAdd(source.Slice(start + from * inner, inner), weights[Math.Abs(step)], mean, mean);
                }
            }
        }
        ArrayPool<float>.Shared.Return(weights);
    }

    // One side of the bell; both sides together sum to 1.
    private static void Weigh(Span<float> weights, double sigma)
    {
        var sum = 1.0;
        for (var i = 1; i < weights.Length; i++)
            sum += 2 * Math.Exp(-i * i / (2 * sigma * sigma));
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(Math.Exp(-i * i / (2 * sigma * sigma)) / sum);
    }
}
