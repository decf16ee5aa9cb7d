using Explain.Evaluation.Annotations;
using Explain.Kernels.Segmentation;

namespace Explain.Evaluation.Localization;

/// <summary>The box of the papers of CAM (Zhou et al. 2016, section 3.2) and Grad-CAM (Selvaraju et al. 2017, section 4.1).</summary>
public static class LargestBox
{
    /// <summary>
    /// Around the largest connected region, by pixels, of what is at least a share of the maximum; null for a map without a positive value.
    /// </summary>
    /// <param name="heat">Row-major [height, width], not negative.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="share">Of the maximum, 0..1.</param>
    public static PixelBox? Above(ReadOnlySpan<float> heat, int height, int width, float share)
    {
        var peak = 0f;
        foreach (var value in heat)
            peak = MathF.Max(peak, value);
        if (peak == 0)
            return null;
        // The kernel keeps what is strictly greater.
        var largest = Regions.Find(heat, height, width, MathF.BitDecrement(share * peak)).MaxBy(r => r.Area)!;
        return new PixelBox(largest.X, largest.Y, largest.X + largest.Width, largest.Y + largest.Height);
    }
}
