namespace Explain.Engine.Measures;

/// <summary>The score while pixels go or come, the most important first (Petsiuk, Das and Saenko 2018, algorithm 1).</summary>
internal static class Curve
{
    /// <summary>Pictures of one curve, both ends included.</summary>
    public static int Count(MeasureConvention convention, int pixels) =>
        (convention.EqualSteps ? convention.Steps : Math.Min(convention.Steps, pixels)) + 1;

    /// <summary>One of them.</summary>
    /// <param name="of">What is measured.</param>
    /// <param name="step">Which step.</param>
    /// <param name="shown">1 for pixels that are shown before the first step and go, 0 for those that come.</param>
    /// <param name="values">Receives it.</param>
    public static void Fill(Measurement of, int step, float shown, Span<float> values)
    {
        var mask = new float[of.Order.Length];
        Array.Fill(mask, shown);
        foreach (var pixel in of.Order.AsSpan(0, Changed(of, step)))
            mask[pixel] = 1 - shown;
        of.Image.Through(mask, of.Behind, values);
    }

    /// <summary>The area under it, by the trapezoid rule.</summary>
    public static double Area(Measurement of, Pictures pictures)
    {
        var scores = of.Scores(pictures);
        var area = 0.0;
        for (var k = 1; k < scores.Length; k++)
        {
            var width = of.Convention.EqualSteps
                ? 1.0 / (scores.Length - 1)
                : (double)(Changed(of, k) - Changed(of, k - 1)) / of.Order.Length;
            area += (scores[k] + scores[k - 1]) / 2 * width;
        }

        return area;
    }

    private static int Changed(Measurement of, int step)
    {
        var (pixels, steps) = ((long)of.Order.Length, Count(of.Convention, of.Order.Length) - 1);
        return of.Convention.EqualSteps ? (int)(pixels * step / steps) : (int)Math.Round((double)pixels * step / steps);
    }
}
