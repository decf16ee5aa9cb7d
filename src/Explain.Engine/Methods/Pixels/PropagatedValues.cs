using System.Numerics.Tensors;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Pixels;

/// <summary>The methods that hand the score down by other rules than the gradient's.</summary>
internal static class PropagatedValues
{
    /// <summary>What arrives at the pixels.</summary>
    public static Algorithm AtPixels(RuleSet rules) => probe => PixelValues.Of(probe.AtInput().GradientBy(rules));

    /// <summary>What arrives at the pixels, which is a share of the score.</summary>
    public static Algorithm Relevance(RuleSet rules) =>
        probe =>
        {
            var values = AtPixels(rules)(probe);
            return values with { Completeness = new Completeness(values.Values.Sum(v => (double)v), probe.Score) };
        };

    /// <summary>What arrives at the feature maps, summed over channels.</summary>
    public static Algorithm AtLayer(RuleSet rules) =>
        probe =>
        {
            var arrived = probe.GradientBy(rules);
            var map = new float[arrived.Area];
            ChannelReductions.Sum(arrived.Values, map);
            return new Attribution(null, arrived.Height, arrived.Width, map);
        };

    /// <summary>
    /// Guided Grad-CAM (Selvaraju et al. 2017, section 3.2): guided backpropagation times Grad-CAM's map, enlarged bilinearly;
    /// pytorch-grad-cam scales the map to 0..1, Captum repeats its values.
    /// </summary>
    public static Attribution GuidedGradCam(Probe probe)
    {
        var values = AtPixels(RuleSets.Guided)(probe);
        var map = ChannelMaps.Weighted(GradientFormulas.Mean)(probe);
        ChannelSum.Relu(map.Values);
        var enlarged = new float[values.Height * values.Width];
        switch (probe.Study.Options.Compat)
        {
            case Compat.PytorchGradCam:
                enlarged = MapFinish.Heatmap(new SaliencyMap(map.Height, map.Width, map.Values, 0), values.Height, values.Width);
                break;
            case Compat.Captum:
                Upsample.Nearest(map.Values, map.Height, map.Width, enlarged, values.Height, values.Width);
                break;
            default:
                Upsample.Bilinear(map.Values, map.Height, map.Width, enlarged, values.Height, values.Width);
                break;
        }
        for (var at = 0; at < values.Values.Length; at += enlarged.Length)
        {
            var channel = values.Values.AsSpan(at, enlarged.Length);
            TensorPrimitives.Multiply(channel, enlarged, channel);
        }
        return values;
    }
}
