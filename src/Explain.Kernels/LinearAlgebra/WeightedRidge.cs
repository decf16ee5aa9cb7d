using System.Numerics.Tensors;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>The local linear model of LIME (Ribeiro, Singh and Guestrin 2016, equation 2 with a squared penalty).</summary>
public static class WeightedRidge
{
    /// <summary>
    /// Minimises <c>sum of weight * (target - intercept - sample . coefficients)^2 + penalty * |coefficients|^2</c>: scikit-learn's
    /// <c>Ridge(alpha=penalty).fit(samples, targets, sample_weight=weights)</c>. The intercept is not penalised.
    /// </summary>
    /// <param name="samples">Row-major [n, features]; 1 where a segment is shown and 0 where it is hidden.</param>
    /// <param name="targets">[n] scores of the model, one or more, in any unit.</param>
    /// <param name="weights">[n] weights, zero or more, some positive; see <see cref="LimeWeight"/>.</param>
    /// <param name="penalty">Zero or more; with zero the samples have to determine the coefficients.</param>
    /// <param name="coefficients">Receives [features], in the unit of the targets.</param>
    /// <exception cref="ArgumentException">
    /// The lengths disagree, a weight or the penalty is outside its range, or the samples do not determine the coefficients.
    /// </exception>
    public static void Fit(
        ReadOnlySpan<float> samples,
        ReadOnlySpan<double> targets,
        ReadOnlySpan<double> weights,
        double penalty,
        Span<double> coefficients
    )
    {
        var (count, features) = (targets.Length, coefficients.Length);
        Require.SameLength(count, weights.Length, nameof(weights));
        if (samples.Length != (long)count * features)
        {
            throw new ArgumentException(
                $"{count} samples of {features} features were expected, got {samples.Length} values.",
                nameof(samples)
            );
        }

        if (!(penalty >= 0 && double.IsFinite(penalty)))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "Zero or more was expected.");
        var totalWeight = Require.Weights(weights);

        var rows = new double[samples.Length];
        TensorPrimitives.ConvertTruncating<float, double>(samples, rows);
        var mean = new double[features];
        for (var i = 0; i < count; i++)
            TensorPrimitives.MultiplyAdd(rows.AsSpan(i * features, features), weights[i] / totalWeight, mean, mean);
        var targetMean = TensorPrimitives.Dot(targets, weights) / totalWeight;

        var equations = new NormalEquations(features);
        for (var i = 0; i < count; i++)
        {
            var row = rows.AsSpan(i * features, features);
            TensorPrimitives.Subtract(row, mean, row);
            equations.Add(row, targets[i] - targetMean, weights[i]);
        }
        equations.Penalize(penalty);
        if (!equations.TrySolve(coefficients))
            throw new ArgumentException("The samples do not determine the coefficients; a positive penalty would.", nameof(samples));
    }

    /// <summary>
    /// LIME's weight of a sample by its nearness to the whole image, <c>exp(-d^2 / width^2)</c>, with d the cosine distance of the two
    /// vectors of ones and zeros: <c>1 - sqrt(shown / features)</c>. (The lime package takes the root of this.)
    /// </summary>
    /// <param name="shown">How many segments the sample shows, 0 to all; none has the distance 1.</param>
    /// <param name="features">How many segments there are, positive.</param>
    /// <param name="width">Of the kernel, positive, in the unit of the distance; 0.25 in the lime package.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static double LimeWeight(int shown, int features, double width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        Require.Within(0, shown, features);
        if (!(width > 0))
            throw new ArgumentOutOfRangeException(nameof(width), width, "A positive number was expected.");
        var distance = (1 - Math.Sqrt((double)shown / features)) / width;
        return Math.Exp(-distance * distance);
    }
}
