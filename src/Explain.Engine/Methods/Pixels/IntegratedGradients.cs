using System.Globalization;
using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Pixels;

/// <summary>(x - x') · ∫ ∂y/∂x(x' + α (x - x')) dα over α from 0 to 1 (Sundararajan et al. 2017, eq. 1).</summary>
internal static class IntegratedGradients
{
    // Captum's number.
    private const int Steps = 50;
    private const double MostError = 0.05;

    /// <summary>Number of gradients.</summary>
    public static int Nodes(MethodOptions options) => options.Samples ?? Steps;

    /// <summary>The gradients of each target, and the score of the baseline.</summary>
    public static PassCount Passes(Workload work) => CostRules.Gradients(w => Nodes(w.Options))(work) + new PassCount(1, 0, 0);

    /// <summary>
    /// The attributions, with how far their sum is from the difference of the scores of input and baseline (the paper's proposition 1).
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var (options, input) = (probe.Study.Options, probe.Input);
        var baseline = Baselines.Of(options.Baseline, input, probe.Study.Model.Description.Input);
        var path = new float[baseline.Length];
        TensorPrimitives.Subtract(input.Values, baseline, path);
        var values = new double[path.Length];
        var quadrature = Quadratures.Of(options.Quadrature, Nodes(options), options.Compat);
        var step = 0;
        foreach (
            var gradient in InputGradients.At(probe, quadrature.Nodes.Length, (k, x) =>
                TensorPrimitives.MultiplyAdd(path, (float)quadrature.Nodes[k], baseline, x)
            )
        )
        {
            var weight = quadrature.Weights[step++];
            for (var i = 0; i < values.Length; i++)
                values[i] += weight * gradient[i];
        }
        for (var i = 0; i < values.Length; i++)
            values[i] *= path[i];
        var completeness = new Completeness(
            values.Sum(),
            probe.Score - probe.Evaluate(new Variants($"baseline {options.Baseline}", 1, (_, x) => baseline.CopyTo(x)))[0]
        );
        return PixelValues.Of(probe, Array.ConvertAll(values, v => (float)v)) with
        {
            Completeness = completeness,
            Diagnostics = [.. Warning(completeness)],
        };
    }

    private static IEnumerable<Diagnostic> Warning(Completeness completeness)
    {
        if (completeness.Error > MostError)
        {
            yield return new(
                "completeness-off",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The attributions add up to {completeness.Sum:G4}, "
                        + $"the score differs from the baseline's by {completeness.Expected:G4}; more samples follow the path more closely."
                )
            );
        }
    }
}
