using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

/// <summary>The heart of every class activation map: a weighted sum of feature maps, and its positive part.</summary>
public static class ChannelSum
{
    /// <summary>
    /// Grad-CAM's linear combination (Selvaraju et al. 2017, equation 2, before the ReLU):
    /// <c>destination[i] = sum over c of weights[c] * maps[c, i]</c>.
    /// </summary>
    /// <remarks>
    /// Starts at +0 and adds the channels in order, each product rounded before it is added, so that the result equals the plain
    /// scalar loop bit for bit on every instruction set. A weight of zero still spreads a NaN or an infinity of its map.
    /// </remarks>
    /// <param name="maps">Feature maps, row-major [channels, area]; any unit, any sign.</param>
    /// <param name="weights">One weight per channel, [channels].</param>
    /// <param name="destination">Receives [area] values; all zeros without channels.</param>
    /// <exception cref="ArgumentException">The lengths disagree, or the destination overlaps the maps.</exception>
    public static void Weighted(ReadOnlySpan<float> maps, ReadOnlySpan<float> weights, Span<float> destination)
    {
        if (maps.Length != (long)weights.Length * destination.Length)
        {
            throw new ArgumentException(
                $"{weights.Length} maps of {destination.Length} values were expected, got {maps.Length} values.",
                nameof(maps)
            );
        }

        Require.Apart<float>(maps, destination);

        destination.Clear();
        for (var channel = 0; channel < weights.Length; channel++)
        {
            var map = maps.Slice(channel * destination.Length, destination.Length);
            TensorPrimitives.MultiplyAdd(map, weights[channel], destination, destination);
        }
    }

    /// <summary>Replaces every negative value by +0, in place (the ReLU of Grad-CAM's equation 2).</summary>
    /// <remarks>-0 becomes +0. NaN stays NaN, so that <see cref="ValueRange.IsFinite"/> still reports a broken map.</remarks>
    /// <param name="values">Any number of values; infinities are kept or, when negative, become +0.</param>
    public static void Relu(Span<float> values) => TensorPrimitives.Max(values, 0f, values);
}
