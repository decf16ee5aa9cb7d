using Explain.Engine.Measures;

namespace Explain.Engine.Tests.Measures;

/// <summary>What a map is like, by numbers that are known.</summary>
public sealed class MapStatisticsTests
{
    [Fact]
    public void OnePixelAloneIsAsSparseAndAsSimpleAsCanBe()
    {
        float[] map = [0, 0, -3, 0, 0];
        Assert.Equal(1 - 1 / 5.0, MapStatistics.Gini(map), 1e-12);
        Assert.Equal(0, MapStatistics.Entropy(map), 1e-12);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(.25f)]
    [InlineData(-7f)]
    public void TheSameEverywhereIsNotSparseAndNotSimpleAndLikeNothing(float value)
    {
        float[] map = [.. Enumerable.Repeat(value, 8)];
        Assert.Equal(0, MapStatistics.Gini(map), 1e-12);
        Assert.Equal(Math.Log(8), MapStatistics.Entropy(map), 1e-12);
        Assert.Equal(0, MapStatistics.Correlation(map, [1, 2, 3, 4, 5, 6, 7, 8], 0));
        Assert.Equal(0, MapStatistics.Correlation(map, map, 1e-8));
    }

    [Fact]
    public void TheGiniIndexIsHalfTheMeanDifferenceByTheMean()
    {
        float[] map = [4, -1, 2, 3];
        double[] sizes = [4, 1, 2, 3];
        var differences = sizes.SelectMany(a => sizes.Select(b => Math.Abs(a - b))).Average();
        Assert.Equal(differences / 2 / sizes.Average(), MapStatistics.Gini(map), 1e-12);
        Assert.Equal(.25, MapStatistics.Gini(map), 1e-12);
    }

    [Fact]
    public void EntropyIsThatOfTheShares() =>
        // A half, a quarter, two eighths: 7/4 bits.
        Assert.Equal(1.75 * Math.Log(2), MapStatistics.Entropy([4, -2, 1, -1]), 1e-12);

    [Fact]
    public void CorrelationForgetsScaleAndMeanAndKeepsTheSign()
    {
        float[] map = [0, 1, 2, 4];
        Assert.Equal(1, MapStatistics.Correlation(map, [3, 5, 7, 11], 0), 1e-12);
        Assert.Equal(-1, MapStatistics.Correlation(map, [0, -1, -2, -4], 0), 1e-12);
        // Sums of products 6.25, of squares 8.75 and 4.75 about the means 1.75 and 1.25.
        Assert.Equal(6.25 / Math.Sqrt(8.75 * 4.75), MapStatistics.Correlation(map, [0, 1, 1, 3], 0), 1e-12);
        // Covariance and deviations are 5/3.
        Assert.Equal(5 / 3.0 / (5 / 3.0 + 1), MapStatistics.Correlation([0, 1, 2, 3], [0, 1, 2, 3], 1), 1e-12);
    }
}
