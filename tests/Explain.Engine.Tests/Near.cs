namespace Explain.Engine.Tests;

/// <summary>Comparisons that say how far apart two results are.</summary>
internal static class Near
{
    /// <summary>‖actual − expected‖ / ‖expected‖; the plain distance where nothing is expected.</summary>
    public static void Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        var relative = RelativeDistance(expected, actual);
        Assert.True(relative <= tolerance, $"{what}: relative L2 difference {relative:E2}, allowed {tolerance:E0}");
    }

    /// <summary>‖actual − expected‖ / ‖expected‖; the plain distance where nothing is expected.</summary>
    public static double RelativeDistance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }
        return norm == 0 ? Math.Sqrt(difference) : Math.Sqrt(difference / norm);
    }

    /// <summary>The largest difference of two values in the same place.</summary>
    public static void Absolute(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, double.IsFinite(actual[i]) ? Math.Abs((double)expected[i] - actual[i]) : double.PositiveInfinity);
        Assert.True(largest <= tolerance, $"{what}: largest difference {largest:E2}, allowed {tolerance:E0}");
    }
}
