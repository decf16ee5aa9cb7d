namespace Explain.Evaluation.Localization;

/// <summary>Whether a map points at an object (Zhang et al. 2018, Top-Down Neural Attention by Excitation Backprop, section 4.1).</summary>
public static class PointingGame
{
    /// <summary>TorchRay's tolerance, in pixels of the original picture.</summary>
    public const double Tolerance = 15;

    /// <summary>
    /// Whether the cell with the largest value is in an object, or not farther from one than the tolerance. Of equal values the first in
    /// reading order counts. A constant map points nowhere.
    /// </summary>
    /// <param name="heat">Row-major [height, width].</param>
    /// <param name="truth">The objects.</param>
    /// <param name="tolerance">In pixels of the original picture, measured between centres of cells.</param>
    public static bool Hits(ReadOnlySpan<float> heat, Truth truth, double tolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var (peak, least) = (0, heat[0]);
        for (var i = 1; i < heat.Length; i++)
        {
            if (heat[i] > heat[peak])
                peak = i;
            least = MathF.Min(least, heat[i]);
        }
        if (heat[peak] == least)
            return false;
        var (y, x) = Math.DivRem(peak, truth.Width);
        var (down, across) = ((int)(tolerance / truth.Scale.Y), (int)(tolerance / truth.Scale.X));
        for (var row = Math.Max(y - down, 0); row <= Math.Min(y + down, truth.Height - 1); row++)
        {
            for (var column = Math.Max(x - across, 0); column <= Math.Min(x + across, truth.Width - 1); column++)
            {
                var distance = Math.Pow((row - y) * truth.Scale.Y, 2) + Math.Pow((column - x) * truth.Scale.X, 2);
                if (distance <= tolerance * tolerance && truth.Inside[row * truth.Width + column])
                    return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Whether a picture is difficult (section 4.1): the boxes of the class cover less than a quarter of it, and an object of another class
    /// is on it, too.
    /// </summary>
    /// <param name="truth">The objects of the class.</param>
    /// <param name="hasOthers">Whether there are objects of other classes.</param>
    public static bool IsDifficult(Truth truth, bool hasOthers)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return hasOthers && truth.Boxes.Sum(b => b.Area) < truth.Height * truth.Width / 4.0;
    }
}
