namespace Explain.Autodiff.Backpropagation;

/// <summary>
/// The score of Finer-CAM (Zhang et al. 2025): how far a class lies above those that resemble it, as pytorch-grad-cam weighs them,
/// y = Σ_k p_k (z_c - α z_k) / (Σ_k p_k + 1e-9) with p = softmax(z), differentiated through p, too.
/// </summary>
/// <remarks>
/// It is a function of the class scores alone, so its gradient with respect to them is known in closed form once they are: it is the
/// <see cref="ExplainGraph.Cotangent"/> of a query that is <see cref="GradientQuery.Dense"/>. Torch-cam's form, z_c - 0.6 · mean z_k, is a
/// weighted sum of class scores and needs only <see cref="Nearest"/>.
/// </remarks>
public static class FinerScore
{
    private const double Epsilon = 1e-9;

    /// <summary>
    /// The classes whose scores are nearest to that of <paramref name="target"/>, nearest first; of equally near ones the lower index comes
    /// first.
    /// </summary>
    /// <param name="scores">Class scores of one batch item, [K].</param>
    /// <param name="target">The class c.</param>
    /// <param name="count">How many; fewer where there are not so many other classes.</param>
    public static int[] Nearest(ReadOnlySpan<float> scores, int target, int count)
    {
        var distances = new double[scores.Length];
        for (var k = 0; k < scores.Length; k++)
            distances[k] = Math.Abs((double)scores[k] - scores[target]);
        return [.. Enumerable.Range(0, scores.Length).Where(k => k != target).OrderBy(k => distances[k]).Take(count)];
    }

    /// <summary>The gradient ∂y/∂z, [K].</summary>
    /// <param name="scores">Class scores z of one batch item, [K].</param>
    /// <param name="target">The class c.</param>
    /// <param name="references">The classes k.</param>
    /// <param name="alpha">How much of the references' scores is taken off, α.</param>
    public static float[] Gradient(ReadOnlySpan<float> scores, int target, IReadOnlyList<int> references, double alpha)
    {
        var (p, weight, y) = Parts(scores, target, references, alpha);
        // ∂p_k/∂z_j = p_k ([k = j] - p_j), and Σ_k p_k (z_c - α z_k - y) is ε y.
        var gradient = Array.ConvertAll(p, share => -share * Epsilon * y / weight);
        gradient[target] += (weight - Epsilon) / weight;
        foreach (var k in references)
            gradient[k] += p[k] * (scores[target] - alpha * scores[k] - y - alpha) / weight;
        return Array.ConvertAll(gradient, g => (float)g);
    }

    private static (double[] P, double Weight, double Y) Parts(
        ReadOnlySpan<float> scores,
        int target,
        IReadOnlyList<int> references,
        double alpha
    )
    {
        var p = new double[scores.Length];
        var largest = float.NegativeInfinity;
        foreach (var z in scores)
            largest = Math.Max(largest, z);
        for (var k = 0; k < p.Length; k++)
            p[k] = Math.Exp((double)scores[k] - largest);
        var sum = p.Sum();
        for (var k = 0; k < p.Length; k++)
            p[k] /= sum;
        var (weight, above) = (Epsilon, 0.0);
        foreach (var k in references)
        {
            weight += p[k];
            above += p[k] * (scores[target] - alpha * scores[k]);
        }
        return (p, weight, above / weight);
    }
}
