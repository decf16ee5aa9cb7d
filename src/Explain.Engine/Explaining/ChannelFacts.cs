using System.Numerics.Tensors;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>What can be read off the channels of a target layer.</summary>
internal static class ChannelFacts
{
    // The Grad-CAM paper reads the top and the bottom of the ranking.
    private const int EachSide = 5;

    /// <summary>Channels that are answered, at most.</summary>
    public const int Most = 2 * EachSide;

    /// <summary>The facts that were asked for; null for the others.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: the method has no channel weights, and there is no
    /// gradient to take Grad-CAM's.</exception>
    public static (IReadOnlyList<ChannelEvidence>? Channels, IReadOnlyList<float>? Features) Of(
        ExplainPlan plan,
        Study study,
        int round,
        Attribution values
    )
    {
        if (plan.Parameters is { Channels: false, Features: false })
            return (null, null);
        var probe = new Probe(study, round, 0, plan.Layers[0]);
        var activation = probe.Activation;
        return (
            plan.Parameters.Channels
                ? Important(
                    activation,
                    values.Weights ?? GradCamWeights(plan, probe),
                    plan.Model.Description.ChannelNames.GetValueOrDefault(probe.Layer)
                )
                : null,
            plan.Parameters.Features ? Pooled(activation) : null
        );
    }

    private static ChannelEvidence[] Important(FeatureMaps maps, float[] weights, IReadOnlyList<string>? names)
    {
        var order = Enumerable.Range(0, weights.Length).OrderByDescending(k => weights[k]).ThenBy(k => k).ToArray();
        int[] chosen = [.. order.Where(k => weights[k] > 0).Take(EachSide), .. order.Reverse().Where(k => weights[k] < 0).Take(EachSide)];
        var found = new ChannelEvidence[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            var values = maps[chosen[i]].ToArray();
            var map = new SaliencyMap(maps.Height, maps.Width, values, values.Count(v => v > 0) / (float)values.Length);
            found[i] = new ChannelEvidence(chosen[i], names?[chosen[i]], weights[chosen[i]], map);
        }
        return found;
    }

    private static float[] GradCamWeights(ExplainPlan plan, Probe probe) =>
        Requirement.LayerGradient.WhyNot(plan.Model, probe.Layer) is { } reason
            ? throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"{plan.Method.Info.Id} does not weigh channels, and Grad-CAM's weights cannot be computed: {reason}"
            )
            : ChannelMaps.Weights(probe.Activation, probe.Gradient, GradientFormulas.Mean);

    private static float[] Pooled(FeatureMaps maps)
    {
        var means = new float[maps.Channels];
        for (var k = 0; k < means.Length; k++)
            means[k] = TensorPrimitives.Sum(maps[k]) / maps.Area;
        return means;
    }
}
