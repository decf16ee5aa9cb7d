using System.Numerics.Tensors;
using Explain.Engine.Methods.Probing;

namespace Explain.Engine.Methods.Layers;

/// <summary>Shapley-CAM: channel weights by the Taylor expansion of the score to the second order.</summary>
internal static class ShapleyCam
{
    /// <summary>
    /// α = mean (G - ½ H A), with H A the Hessian times the feature maps; on a piecewise linear net H A = 0, and this is Grad-CAM.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var (gradient, curvature) = (probe.Gradient.Values.ToArray(), probe.Curvature.Values.ToArray());
        TensorPrimitives.MultiplyAdd(curvature, -0.5f, gradient, gradient);
        var activation = probe.Activation;
        var weights = ChannelMaps.Weights(
            activation,
            new FeatureMaps(gradient, activation.Channels, activation.Height, activation.Width),
            GradientFormulas.Mean
        );
        return ChannelMaps.Smoothed(probe, weights);
    }
}
