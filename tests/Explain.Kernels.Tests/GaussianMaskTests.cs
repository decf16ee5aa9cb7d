using Explain.Kernels.Sampling;

namespace Explain.Kernels.Tests;

public class GaussianMaskTests
{
    [Theory]
    [MemberData(nameof(Samples.LengthsAboveZero), MemberType = typeof(Samples))]
    public void MasksFollowTheScalarFormulaAtEveryWidth(int width)
    {
        foreach (var (height, y, x, sigma) in new[] { (5, 0.5, 0.5, 0.25), (9, 0.1, 0.83, 0.1), (1, 0.0, 1.0, 0.175), (4, 1.2, -0.3, 0.4) })
            Samples.AssertClose(Reference.Gaussian(y, x, sigma, height, width), Mask(y, x, sigma, height, width), 1e-6f);
    }

    [Fact]
    public void AThreeByThreeMaskHasTheValuesOfTheFormula()
    {
        // Neighbours lie half a side away: exp(-0.5) with sigma 0.5, and exp(-1) across.
        var (side, corner) = (0.60653066f, 0.36787944f);
        Samples.AssertClose([corner, side, corner, side, 1, side, corner, side, corner], Mask(0.5, 0.5, 0.5, 3, 3), 1e-7f);
    }

    [Theory]
    [InlineData(0.5, 0.5, 0.25)]
    [InlineData(0.37, 0.91, 0.075)]
    [InlineData(0.501, 0.499, 1e-4)]
    [InlineData(-3, 7, 0.05)]
    public void ThePeakIsExactlyOneAtTheNearestPixel(double y, double x, double sigma)
    {
        var mask = Mask(y, x, sigma, 40, 61);
        Assert.All(mask, value => Assert.InRange(value, 0f, 1f));
        var peak = (int)Math.Round(Math.Clamp(y, 0, 1) * 39) * 61 + (int)Math.Round(Math.Clamp(x, 0, 1) * 60);
        Assert.Equal(1f, mask[peak]);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        foreach (var sigma in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => Mask(0, 0, sigma, 2, 2));
        Assert.Throws<ArgumentException>(() => Mask(double.NaN, 0, 1, 2, 2));
        Assert.Throws<ArgumentException>(() => Mask(0, double.PositiveInfinity, 1, 2, 2));
        Assert.Throws<ArgumentException>(() => GaussianMask.Fill(0, 0, 1, 2, 2, new float[3]));
        Assert.Throws<ArgumentException>(() => GaussianMask.Fill(0, 0, 1, 0, 2, []));
    }

    private static float[] Mask(double y, double x, double sigma, int height, int width)
    {
        var mask = new float[height * width];
        GaussianMask.Fill(y, x, sigma, height, width, mask);
        return mask;
    }
}
