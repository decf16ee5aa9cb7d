using System.Numerics.Tensors;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>Ablation-CAM: a feature map weighs what the score loses without it.</summary>
internal static class AblationCam
{
    /// <summary>
    /// α = (y − y_k) / |y|, where y_k is the score with A_k set to 0 (Desai and Ramaswamy 2020, eq. 3 and 4): through the model from the
    /// layer on. The paper divides by y, which turns the map around where y is negative; where y is 0 there is nothing to divide by. A
    /// channel of tokens is left out of class and register tokens, too, as pytorch-grad-cam does.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var options = probe.Study.Options;
        var maps = probe.Activation;
        var (order, layer) = (ChannelOrder.ByMean(maps, options.Samples), probe.LayerItem);
        var fill = Fill(maps, options.Compat);
        return probe.SampleHead(
            new Variants("ablationcam", order.Length, (i, values) => layer.WithChannel(order[i], fill, values)),
            (asked, scores) => Weighted(asked, order, scores)
        );
    }

    private static Attribution Weighted(Probe probe, int[] order, double[] scores)
    {
        var (score, weights) = (probe.Score, new float[probe.Activation.Channels]);
        var unit =
            probe.Study.Options.Compat == Compat.PytorchGradCam ? score
            : score == 0 ? 1
            : Math.Abs(score);
        foreach (var (channel, without) in order.Zip(scores))
            weights[channel] = (float)((score - without) / unit);
        return ChannelMaps.Smoothed(probe, weights).After(scores.Length, order.Length);
    }

    // What pytorch-grad-cam puts into layers with negative values depends on the position in its batch; this is its first.
    private static float Fill(FeatureMaps maps, Compat compat) =>
        compat == Compat.PytorchGradCam && TensorPrimitives.Min(maps.Values) is not 0 and var lowest ? lowest - 1e7f : 0;
}
