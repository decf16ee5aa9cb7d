using System.Numerics.Tensors;
using Explain.Engine.Methods.Probing;

namespace Explain.Engine.Methods.Layers;

/// <summary>CAM: the classifier's own weights.</summary>
internal static class ClosedForm
{
    /// <summary>M = Σ w_k A_k.</summary>
    public static Attribution Cam(Probe probe)
    {
        // Asked for first, they bring the scores along, which the target may be found by.
        var maps = probe.Activation;
        return ChannelMaps.Smoothed(probe, maps, Weights(probe));
    }

    /// <summary>w_k, [C]: with what weights the classifier reads the channels for the explained scalar.</summary>
    public static float[] Weights(Probe probe)
    {
        var head = probe.Study.Model.Output.HeadBehind(probe.Layer).Head!;
        var weights = new float[head.Channels];
        var objective = probe.Objective;
        for (var i = 0; i < objective.Weights.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(
                head.Row(objective.Classes is { } classes ? (int)classes[i] : i),
                objective.Weights[i],
                weights,
                weights
            );
        }

        return weights;
    }
}
