using System.Buffers;
using System.Numerics.Tensors;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Layers;

/// <summary>The weight α_k of a channel.</summary>
internal delegate float ChannelWeight(in Channel channel);

/// <summary>Adds one channel's contribution to the map.</summary>
internal delegate void ChannelContribution(in Channel channel, Span<float> map);

/// <summary>The methods whose map is a sum over channels of feature maps and gradients.</summary>
internal static class ChannelMaps
{
    /// <summary>M = Σ α_k A_k.</summary>
    /// <param name="weight">The paper's formula.</param>
    /// <param name="others">Those of libraries, where they differ.</param>
    public static Algorithm Weighted(ChannelWeight weight, params (Compat Compat, ChannelWeight Weight)[] others) =>
        probe =>
        {
            var own = others.Where(o => o.Compat == probe.Study.Options.Compat).Select(o => o.Weight).FirstOrDefault(weight);
            // Asked for first, the gradient comes with the feature maps from one run.
            var gradient = probe.Gradient;
            return Smoothed(probe, Weights(probe.Activation, gradient, own));
        };

    /// <summary>M = Σ f(A_k, G_k), position by position.</summary>
    public static Algorithm Summed(ChannelContribution contribution) =>
        probe =>
        {
            var gradient = probe.Gradient;
            var activation = probe.Activation;
            if (probe.Study.Options.Smooth != Smoothing.Eigen)
                return Sum(activation, gradient, contribution);
            var parts = new float[activation.Values.Length];
            Each(activation, gradient, contribution, parts);
            return EigenMaps.Projected(parts, activation, EigenMaps.SignOf(probe));
        };

    /// <summary>M = Σ α_k A_k for known weights, or the first component of its terms when that smoothing is asked for.</summary>
    public static Attribution Smoothed(Probe probe, float[] weights) => Smoothed(probe, probe.Activation, weights);

    /// <summary>The same of other feature maps than those of the input as it is.</summary>
    public static Attribution Smoothed(Probe probe, FeatureMaps activation, float[] weights)
    {
        if (probe.Study.Options.Smooth != Smoothing.Eigen)
            return Weighted(activation, weights);
        var parts = new float[activation.Values.Length];
        for (var k = 0; k < weights.Length; k++)
            TensorPrimitives.Multiply(activation[k], weights[k], parts.AsSpan(k * activation.Area, activation.Area));
        return EigenMaps.Projected(parts, activation, EigenMaps.SignOf(probe)) with { Weights = weights };
    }

    /// <summary>The weights of all channels.</summary>
    /// <param name="activation">[C, h, w].</param>
    /// <param name="gradient">Shaped alike.</param>
    /// <param name="weight">The formula.</param>
    /// <returns>[C].</returns>
    public static float[] Weights(FeatureMaps activation, FeatureMaps gradient, ChannelWeight weight)
    {
        var weights = new float[activation.Channels];
        var scratch = ArrayPool<float>.Shared.Rent(2 * activation.Area);
        for (var c = 0; c < weights.Length; c++)
            weights[c] = weight(At(activation, gradient, c, scratch));
        ArrayPool<float>.Shared.Return(scratch);
        return weights;
    }

    /// <summary>M = Σ α_k A_k for known weights.</summary>
    public static Attribution Weighted(FeatureMaps activation, float[] weights)
    {
        var map = new float[activation.Area];
        ChannelSum.Weighted(activation.Values, weights, map);
        return new Attribution(null, activation.Height, activation.Width, map) { Weights = weights };
    }

    /// <summary>M = Σ f(A_k, G_k), position by position.</summary>
    public static Attribution Sum(FeatureMaps activation, FeatureMaps gradient, ChannelContribution contribution)
    {
        var map = new float[activation.Area];
        Each(activation, gradient, contribution, map);
        return new Attribution(null, activation.Height, activation.Width, map);
    }

    // Into one map for all channels, or one for each.
    private static void Each(FeatureMaps activation, FeatureMaps gradient, ChannelContribution contribution, Span<float> maps)
    {
        var scratch = ArrayPool<float>.Shared.Rent(2 * activation.Area);
        for (var c = 0; c < activation.Channels; c++)
        {
            contribution(
                At(activation, gradient, c, scratch),
                maps.Length == activation.Area ? maps : maps.Slice(c * activation.Area, activation.Area)
            );
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    private static Channel At(FeatureMaps activation, FeatureMaps gradient, int channel, float[] scratch) =>
        new()
        {
            Index = channel,
            Activation = activation[channel],
            Gradient = gradient[channel],
            Scratch = scratch.AsSpan(0, activation.Area),
            Scratch2 = scratch.AsSpan(activation.Area, activation.Area),
        };
}
