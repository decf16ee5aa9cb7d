namespace Explain.Kernels.LinearAlgebra;

/// <summary>
/// The quadrature that integrated gradients take their steps from: n points integrate every polynomial of degree 2n - 1 exactly.
/// </summary>
public static class GaussLegendre
{
    /// <summary>The largest number of points offered.</summary>
    public const int MaxPoints = 200;

    /// <summary>
    /// Points and weights on [0, 1], the path from the baseline to the input: Captum's <c>gausslegendre</c> with
    /// <c>alpha = (1 + t) / 2</c> and <c>step = w / 2</c>.
    /// </summary>
    /// <remarks>
    /// The points t are the roots of Legendre's polynomial, by Newton's method from Tricomi's approximation;
    /// <c>w = 2 / ((1 - t^2) P'(t)^2)</c>. Both are within 1e-14 of the exact numbers.
    /// </remarks>
    /// <param name="points">Receives n points, rising, symmetric about 0.5; n is 1 to <see cref="MaxPoints"/>.</param>
    /// <param name="weights">Receives n positive weights, with the sum 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or n is outside its range.</exception>
    public static void Fill(Span<double> points, Span<double> weights)
    {
        Require.Within(1, points.Length, MaxPoints, nameof(points));
        Require.SameLength(points.Length, weights.Length, nameof(weights));

        var n = points.Length;
        for (var i = 0; i < (n + 1) / 2; i++)
        {
            var (root, slope) = Root(i, n);
            (points[i], points[n - 1 - i]) = ((1 - root) / 2, (1 + root) / 2);
            weights[i] = weights[n - 1 - i] = 1 / ((1 - root * root) * slope * slope);
        }
    }

    /// <summary>The i-th root from the right, and the polynomial's derivative there.</summary>
    private static (double Root, double Slope) Root(int i, int n)
    {
        var isMiddle = 2 * i + 1 == n;
        var root = isMiddle ? 0 : (1 - (n - 1.0) / (8.0 * n * n * n)) * Math.Cos(Math.PI * (4 * i + 3) / (4 * n + 2));
        // Newton doubles the digits at every step; the start has at least two.
        for (var step = 0; step < 5 && !isMiddle; step++)
        {
            var (value, derivative) = Legendre(root, n);
            root -= value / derivative;
        }
        return (root, Legendre(root, n).Derivative);
    }

    private static (double Value, double Derivative) Legendre(double x, int n)
    {
        var (previous, value) = (1.0, x);
        for (var k = 2; k <= n; k++)
            (previous, value) = (value, ((2 * k - 1) * x * value - (k - 1) * previous) / k);
        return (value, n * (previous - x * value) / (1 - x * x));
    }
}
