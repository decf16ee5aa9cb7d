using System.Numerics.Tensors;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Pixels;

/// <summary>DeepLIFT with the rescale rule (Shrikumar, Greenside and Kundaje 2017, section 3.5.1).</summary>
internal static class DeepLift
{
    /// <summary>Input and baseline together for each target, and the score of the baseline.</summary>
    public static PassCount Passes(Workload work) => new(2 * work.Targets + 1, 0, work.Targets);

    /// <summary>
    /// (x - x') times the multipliers between input and baseline, with how far their sum is from the difference of the scores (eq. 1).
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var (options, input) = (probe.Study.Options, probe.Input);
        var baseline = Baselines.Of(options.Baseline, input, probe.Study.Model.Description.Input);
        var values = probe.Multipliers(baseline, RuleSets.DeepLift);
        var difference = new float[values.Length];
        TensorPrimitives.Subtract(input.Values, baseline, difference);
        TensorPrimitives.Multiply(values, difference, values);
        var completeness = new Completeness(
            values.Sum(v => (double)v),
            probe.Score - probe.Evaluate(new Variants($"baseline {options.Baseline}", 1, (_, x) => baseline.CopyTo(x)))[0]
        );
        return PixelValues.Of(probe, values) with { Completeness = completeness };
    }
}
