using Explain.Autodiff.Backpropagation;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Layers;

/// <summary>Finer-CAM: Grad-CAM of what sets a class apart from those most like it.</summary>
internal static class FinerCam
{
    private const int Rivals = 3;
    private const float Strength = 0.6f;

    /// <summary>
    /// Grad-CAM of y_c - 0.6 · mean of the three nearest y_d; pytorch-grad-cam weighs the rivals by their probabilities, through which its
    /// gradient flows.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        // Asked for first, they bring the scores along, which the target may be found by.
        var maps = probe.Activation;
        if (probe.Objective is not ClassObjective)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                "finercam compares one class with those most like it; give a class as target and no cotangent"
            );
        }

        ObjectiveChange change = probe.Study.Options.Compat == Compat.PytorchGradCam ? Weighted : Plain;
        var gradient = probe.GradientOf($"finer {change.Method.Name}", change);
        return ChannelMaps.Smoothed(probe, ChannelMaps.Weights(maps, gradient, GradientFormulas.Mean));
    }

    /// <summary>The scalar of the paper.</summary>
    public static IObjective Plain(IObjective objective, ReadOnlySpan<float> scores)
    {
        var target = (int)objective.Classes![0];
        var (rivals, weights) = (FinerScore.Nearest(scores, target, Rivals), new float[scores.Length]);
        weights[target] = objective.Weights[0];
        foreach (var rival in rivals)
            weights[rival] = -objective.Weights[0] * Strength / rivals.Length;
        return new CotangentObjective(ScoreFunction.Logit, weights);
    }

    /// <summary>The derivative of Σ p_k (z_c - z_k) / Σ p_k by every score, p the softmax.</summary>
    public static IObjective Weighted(IObjective objective, ReadOnlySpan<float> scores)
    {
        var (target, sign) = ((int)objective.Classes![0], objective.Weights[0]);
        var gradient = FinerScore.Gradient(scores, target, FinerScore.Nearest(scores, target, Rivals), 1);
        return new CotangentObjective(ScoreFunction.Logit, Array.ConvertAll(gradient, g => sign * g));
    }
}
