using Explain.Kernels.Images;

namespace Explain.Kernels.Tests;

public class ChannelStatisticsTests
{
    [Theory]
    [MemberData(nameof(Samples.LengthsAboveZero), MemberType = typeof(Samples))]
    public void TheStatisticsAreThoseOfTheScalarFormulaAtEveryVectorWidth(int area)
    {
        var maps = Samples.Floats(3 * area);
        var (means, deviations) = Of(maps, 3);
        for (var c = 0; c < 3; c++)
        {
            var map = maps.Skip(c * area).Take(area).Select(v => (double)v).ToArray();
            var mean = map.Average();
            Assert.Equal(mean, means[c], 1e-11);
            Assert.Equal(Math.Sqrt(map.Average(v => (v - mean) * (v - mean))), deviations[c], 1e-11);
        }
    }

    [Fact]
    public void TheGoldenNetHasTheMapOfFem()
    {
        // pgc/FEM of shared/reference/golden.json: weights are the shares of pixels above mean + 2 deviations.
        var (means, deviations) = Of(GoldenNet.Values, 2);
        var map = new float[6];
        ChannelSum.Weighted(GoldenNet.Values, [Share(0), Share(1)], map);
        Samples.AssertClose([0, 0.166667f, 0.041667f, 0.125f, 0.5f, 0], map, 1e-6f);

        float Share(int c) => GoldenNet.Values.Skip(6 * c).Take(6).Count(v => v > means[c] + 2 * deviations[c]) / 6f;
    }

    [Fact]
    public void ASmallSpreadOnALargeMeanIsNotLost()
    {
        var (means, deviations) = Of([16777214, 16777215, 16777216, 16777215], 1);
        Assert.Equal((16777215, Math.Sqrt(0.5)), (means[0], deviations[0]));
    }

    [Fact]
    public void AConstantMapHasNoDeviation()
    {
        var (means, deviations) = Of([.. Enumerable.Repeat(0.1f, 77)], 1);
        Assert.Equal((0.1f, 0), (means[0], deviations[0]));
    }

    [Fact]
    public void ABrokenValueSpoilsOnlyItsMap()
    {
        var (means, deviations) = Of([1, float.NaN, 1, 3, float.PositiveInfinity, 0], 3);
        Assert.Equal([false, true, false], means.Select(double.IsFinite));
        Assert.Equal([false, true, false], deviations.Select(double.IsFinite));
    }

    [Fact]
    public void WithoutMapsThereIsNothingToTell() => Assert.Empty(Of([], 0).Means);

    [Theory]
    [InlineData(5, 2)]
    [InlineData(0, 2)]
    [InlineData(3, 0)]
    public void LengthsThatDisagreeAreRefused(int values, int channels) =>
        Assert.Throws<ArgumentException>(() => Of(new float[values], channels));

    [Fact]
    public void ResultsOfDifferentLengthsAreRefused() =>
        Assert.Throws<ArgumentException>(() => ChannelStatistics.MeanAndDeviation(new float[4], new double[2], new double[1]));

    private static (double[] Means, double[] Deviations) Of(float[] maps, int channels)
    {
        var (means, deviations) = (new double[channels], new double[channels]);
        ChannelStatistics.MeanAndDeviation(maps, means, deviations);
        return (means, deviations);
    }
}
