using Explain.Kernels.Sampling;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>KernelSHAP (Lundberg and Lee 2017): Shapley values as the solution of a weighted least squares problem.</summary>
public static class ShapleyRegression
{
    /// <summary>
    /// Finds the attributions whose sums over the coalitions come nearest to the coalitions' values (equation 8), under the constraint
    /// that all of them together explain the difference of the full and the empty value.
    /// </summary>
    /// <remarks>
    /// With all 2^M - 2 coalitions between none and all of M features, k shown weighted by the Shapley kernel (theorem 2),
    /// <c>(M - 1) / (binomial(M, k) k (M - k))</c>, these are the exact Shapley values; with coalitions from <see cref="Draw"/>, weighted
    /// alike, they come near them. The constraint takes the last feature's place.
    /// </remarks>
    /// <param name="coalitions">Row-major [n, features] of ones (shown) and zeros (hidden).</param>
    /// <param name="values">[n] scores of the model, in any unit.</param>
    /// <param name="weights">[n] weights, zero or more, some positive; empty when n is 0.</param>
    /// <param name="emptyValue">Score with every feature hidden: f(baseline).</param>
    /// <param name="fullValue">Score with every feature shown: f(x).</param>
    /// <param name="attributions">Receives [features] in the unit of the scores, with the sum fullValue - emptyValue.</param>
    /// <exception cref="ArgumentException">
    /// There is no feature, the lengths disagree, a weight is outside its range, or the coalitions do not determine the attributions.
    /// </exception>
    public static void Solve(
        ReadOnlySpan<float> coalitions,
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> weights,
        double emptyValue,
        double fullValue,
        Span<double> attributions
    )
    {
        var (count, features, difference) = (values.Length, attributions.Length, fullValue - emptyValue);
        Require.SameLength(count, weights.Length, nameof(weights));
        if (features < 1 || coalitions.Length != (long)count * features)
        {
            throw new ArgumentException(
                $"{count} coalitions of {features} features were expected, got {coalitions.Length} values.",
                nameof(coalitions)
            );
        }

        if (count > 0)
            Require.Weights(weights);

        var free = attributions[..^1];
        var (equations, row) = (new NormalEquations(free.Length), new double[free.Length]);
        for (var i = 0; i < count; i++)
        {
            var coalition = coalitions.Slice(i * features, features);
            double last = coalition[^1];
            for (var feature = 0; feature < row.Length; feature++)
                row[feature] = coalition[feature] - last;
            equations.Add(row, values[i] - emptyValue - last * difference, weights[i]);
        }
        if (!equations.TrySolve(free))
            throw new ArgumentException("The coalitions do not determine the attributions; more of them would.", nameof(coalitions));

        attributions[^1] = difference;
        foreach (var attribution in free)
            attributions[^1] -= attribution;
    }

    /// <summary>
    /// Draws a coalition with the probability of its kernel weight: the size k with probability in proportion to 1 / (k (M - k)), then
    /// each set of that size alike. Taking its complement too, as the next coalition, makes the estimate steadier.
    /// </summary>
    /// <param name="random">Gives one uniform number for the size, then one bounded integer for each feature shown.</param>
    /// <param name="coalition">Receives [features] ones and zeros, neither all nor none; 2 features or more.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 features.</exception>
    public static void Draw(RandomStream random, Span<float> coalition)
    {
        ArgumentNullException.ThrowIfNull(random);
        var features = coalition.Length;
        if (features < 2)
            throw new ArgumentException("A coalition between none and all needs two features.", nameof(coalition));

        // Of the unnormalised weights 1/k + 1/(M - k) the sum over all sizes is twice the harmonic number.
        var total = 0.0;
        for (var k = 1; k < features; k++)
            total += 2.0 / k;
        var (shown, rest) = (1, random.NextDouble() * total - SizeWeight(1));
        for (; rest >= 0 && shown < features - 1; rest -= SizeWeight(shown))
            shown++;

        // Floyd's choice of a set: each step adds one member, all sets alike.
        coalition.Clear();
        for (var last = features - shown; last < features; last++)
        {
            var chosen = random.NextBelow(last + 1);
            coalition[coalition[chosen] == 0 ? chosen : last] = 1;
        }

        double SizeWeight(int k) => 1.0 / k + 1.0 / (features - k);
    }
}
