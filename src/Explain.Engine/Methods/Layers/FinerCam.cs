using Explain.Autodiff;
using Explain.Engine.Targets;

namespace Explain.Engine.Methods.Layers;

/// <summary>Finer-CAM: Grad-CAM of what sets a class apart from those most like it.</summary>
internal static class FinerCam
{
    private const int Rivals = 3;
    private const float Strength = 0.6f;
    private const double Epsilon = 1e-9;

    /// <summary>Grad-CAM of y_c - 0.6 · mean of the three nearest y_d; pytorch-grad-cam weighs the rivals by their probabilities, through which its gradient flows.</summary>
    public static Attribution Run(Probe probe)
    {
        if (probe.Objective is not ClassObjective { Score.Against: null })
            throw new ExplainException(ExplainError.MethodNotSupported, "finercam compares one class with those most like it; give a class as target and no contrast");
        ObjectiveChange change = probe.Study.Options.Compat == Compat.PytorchGradCam ? Weighted : Plain;
        var gradient = probe.GradientOf($"finer {change.Method.Name}", change);
        return ChannelMaps.Smoothed(probe, ChannelMaps.Weights(probe.Activation, gradient, GradientFormulas.Mean));
    }

    /// <summary>The scalar of the paper.</summary>
    public static IObjective Plain(IObjective objective, ReadOnlySpan<float> scores)
    {
        var (target, rivals) = Nearest(objective, scores);
        var weights = new float[scores.Length];
        weights[target] = objective.Weights[0];
        foreach (var rival in rivals) weights[rival] = -objective.Weights[0] * Strength / rivals.Length;
        return new CotangentObjective(ScoreFunction.Logit, weights);
    }

    /// <summary>The derivative of Σ p_k (z_c - z_k) / Σ p_k by every score, p the softmax.</summary>
    public static IObjective Weighted(IObjective objective, ReadOnlySpan<float> scores)
    {
        var (target, rivals) = Nearest(objective, scores);
        var p = ScoreFunctions.Apply(ScoreFunction.Softmax, scores);
        var (numerator, denominator) = (0.0, Epsilon);
        foreach (var k in rivals)
        {
            numerator += p[k] * (scores[target] - scores[k]);
            denominator += p[k];
        }
        var (value, weights) = (numerator / denominator, new float[scores.Length]);
        for (var j = 0; j < weights.Length; j++)
        {
            var (dn, dd) = (0.0, 0.0);
            foreach (var k in rivals)
            {
                var dp = p[k] * ((k == j ? 1 : 0) - p[j]);
                dn += (dp * (scores[target] - scores[k])) + (p[k] * ((target == j ? 1 : 0) - (k == j ? 1 : 0)));
                dd += dp;
            }
            weights[j] = (float)(objective.Weights[0] * (dn - (value * dd)) / denominator);
        }
        return new CotangentObjective(ScoreFunction.Logit, weights);
    }

    private static (int Target, int[] Rivals) Nearest(IObjective objective, ReadOnlySpan<float> scores)
    {
        var (target, all) = ((int)objective.Classes![0], scores.ToArray());
        return (target, [.. Enumerable.Range(0, all.Length).Where(k => k != target).OrderBy(k => Math.Abs(all[k] - all[target])).Take(Rivals)]);
    }
}
