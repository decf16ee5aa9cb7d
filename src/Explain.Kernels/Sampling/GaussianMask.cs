namespace Explain.Kernels.Sampling;

/// <summary>The smooth masks of AISE (Adaptive Input Sampling for Explanation), as OpenVINO XAI places them.</summary>
public static class GaussianMask
{
    /// <summary>
    /// An isotropic Gaussian on the grid of [0, 1] x [0, 1] whose first and last samples lie on the borders, divided by its largest
    /// sample: <c>exp(-((y - centerY)^2 + (x - centerX)^2) / (2 sigma^2))</c> over its maximum.
    /// </summary>
    /// <remarks>
    /// The grid is that of the unit square whatever the sides, so on a non-square image the mask is an ellipse. It is the product of a
    /// row and a column, each with the largest sample 1, and so keeps its peak even where the whole Gaussian would underflow.
    /// </remarks>
    /// <param name="centerY">0 (first row) to 1 (last row); may lie outside.</param>
    /// <param name="centerX">0 (first column) to 1 (last column); may lie outside.</param>
    /// <param name="sigma">Standard deviation as a share of the sides, positive.</param>
    /// <param name="height">Rows, positive; the only one of a single row lies at 0.</param>
    /// <param name="width">Columns, positive.</param>
    /// <param name="mask">Receives [height, width] values in [0, 1], the largest of them exactly 1.</param>
    /// <exception cref="ArgumentException">A number is outside its range, or the length of the mask disagrees with its sides.</exception>
    public static void Fill(double centerY, double centerX, double sigma, int height, int width, Span<float> mask)
    {
        Require.Area(mask.Length, height, width, nameof(mask));
        if (!double.IsFinite(centerY) || !double.IsFinite(centerX))
            throw new ArgumentException($"({centerY}, {centerX}) is no position.", nameof(centerY));
        if (!(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "A positive number was expected.");

        var (rows, columns) = (Profile(centerY, sigma, height), Profile(centerX, sigma, width));
        for (var i = 0; i < mask.Length; i++)
            mask[i] = (float)(rows[i / width] * columns[i % width]);
    }

    private static double[] Profile(double center, double sigma, int size)
    {
        var (profile, least) = (new double[size], double.PositiveInfinity);
        for (var i = 0; i < size; i++)
        {
            var distance = ((size > 1 ? i / (size - 1.0) : 0) - center) / sigma;
            profile[i] = distance * distance;
            least = Math.Min(least, profile[i]);
        }
        for (var i = 0; i < size; i++)
            profile[i] = Math.Exp((least - profile[i]) / 2);
        return profile;
    }
}
