using Explain.Engine.Methods.Probing;
using Explain.Kernels.Images;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Layers;

/// <summary>The methods that need the feature maps alone.</summary>
internal static class ChannelFormulas
{
    // A standard deviation of a normal distribution leaves 2 percent beyond two of them.
    private const double FemDeviations = 2;

    /// <summary>M = mean over channels of A_k.</summary>
    public static Attribution Mean(Probe probe)
    {
        var activation = probe.Activation;
        var weights = new float[activation.Channels];
        Array.Fill(weights, 1f / weights.Length);
        return ChannelMaps.Weighted(activation, weights) with { Weights = null };
    }

    /// <summary>M = Σ u_k A_k with u_k uniform in [-1, 1]: what a map looks like that knows nothing.</summary>
    public static Attribution Random(Probe probe)
    {
        var activation = probe.Activation;
        var weights = new float[activation.Channels];
        for (var k = 0; k < weights.Length; k++)
            weights[k] = (float)(2 * new RandomStream(unchecked((ulong)probe.Study.Options.Seed), (ulong)k).NextDouble() - 1);
        return ChannelMaps.Smoothed(probe, weights);
    }

    /// <summary>M = Σ (share of A_k above its mean by two standard deviations) A_k (FEM).</summary>
    public static Attribution Fem(Probe probe)
    {
        var activation = probe.Activation;
        var (weights, means, deviations) = (
            new float[activation.Channels],
            new double[activation.Channels],
            new double[activation.Channels]
        );
        ChannelStatistics.MeanAndDeviation(activation.Values, means, deviations);
        for (var k = 0; k < weights.Length; k++)
        {
            var (threshold, above) = (means[k] + FemDeviations * deviations[k], 0);
            foreach (var value in activation[k])
            {
                if (value > threshold)
                    above++;
            }

            weights[k] = above / (float)activation.Area;
        }
        return ChannelMaps.Smoothed(probe, weights);
    }
}
