using System.Buffers;
using Explain.Kernels;

namespace Explain.Engine.Methods;

/// <summary>The weight α_k of a channel.</summary>
internal delegate float ChannelWeight(in Channel channel);

/// <summary>Adds one channel's contribution to the map.</summary>
internal delegate void ChannelContribution(in Channel channel, Span<float> map);

/// <summary>The methods whose map is a sum over channels of feature maps and gradients.</summary>
internal static class ChannelMaps
{
    /// <summary>M = Σ α_k A_k.</summary>
    public static Algorithm Weighted(ChannelWeight weight) => probe => Weighted(probe.Activation, Weights(probe.Activation, probe.Gradient, weight));

    /// <summary>M = Σ f(A_k, G_k), place by place.</summary>
    public static Algorithm Summed(ChannelContribution contribution) => probe => Sum(probe.Activation, probe.Gradient, contribution);

    /// <summary>The weights of all channels.</summary>
    /// <param name="activation">[C, h, w].</param>
    /// <param name="gradient">Shaped alike.</param>
    /// <param name="weight">The formula.</param>
    /// <returns>[C].</returns>
    public static float[] Weights(FeatureMaps activation, FeatureMaps gradient, ChannelWeight weight)
    {
        var weights = new float[activation.Channels];
        var scratch = ArrayPool<float>.Shared.Rent(2 * activation.Area);
        for (var c = 0; c < weights.Length; c++) weights[c] = weight(At(activation, gradient, c, scratch));
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

    /// <summary>M = Σ f(A_k, G_k), place by place.</summary>
    public static Attribution Sum(FeatureMaps activation, FeatureMaps gradient, ChannelContribution contribution)
    {
        var map = new float[activation.Area];
        var scratch = ArrayPool<float>.Shared.Rent(2 * activation.Area);
        for (var c = 0; c < activation.Channels; c++) contribution(At(activation, gradient, c, scratch), map);
        ArrayPool<float>.Shared.Return(scratch);
        return new Attribution(null, activation.Height, activation.Width, map);
    }

    private static Channel At(FeatureMaps activation, FeatureMaps gradient, int channel, float[] scratch) => new()
    {
        Index = channel,
        Activation = activation[channel],
        Gradient = gradient[channel],
        Scratch = scratch.AsSpan(0, activation.Area),
        Scratch2 = scratch.AsSpan(activation.Area, activation.Area),
    };
}
