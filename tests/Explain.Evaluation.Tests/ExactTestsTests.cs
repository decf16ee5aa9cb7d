using Explain.Evaluation.Statistics;

namespace Explain.Evaluation.Tests;

/// <summary>Exact tests against values that are worked out by hand, and against sums over all outcomes.</summary>
public sealed class ExactTestsTests
{
    // The lady tasting tea (Fisher 1935): three of four cups right, 16 + 1 of 70 ways.
    [Fact]
    public void TheLadyTastingTea()
    {
        Assert.Equal(17 / 70.0, ExactTests.Fisher(3, 4, 1, 4), 1e-12);
        Assert.Equal(1 / 70.0, ExactTests.Fisher(4, 4, 0, 4), 1e-12);
        Assert.Equal(1, ExactTests.Fisher(0, 4, 4, 4), 1e-12);
    }

    [Theory]
    [InlineData(3, 5, 2, 9)]
    [InlineData(6, 7, 6, 8)]
    [InlineData(0, 3, 0, 2)]
    public void FishersProbabilityIsTheShareOfAllWaysToDealTheHits(int hits, int count, int otherHits, int otherCount)
    {
        var (size, all) = (count + otherCount, hits + otherHits);
        var (ways, extreme) = (0, 0);
        for (var dealt = 0u; dealt < 1u << size; dealt++)
        {
            if (uint.PopCount(dealt) != all)
                continue;
            ways++;
            extreme += uint.PopCount(dealt & ((1u << count) - 1)) >= hits ? 1 : 0;
        }
        Assert.Equal(extreme / (double)ways, ExactTests.Fisher(hits, count, otherHits, otherCount), 1e-12);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(5, 0, 2 / 32.0)]
    [InlineData(1, 7, 2 * (1 + 8) / 256.0)]
    public void TheSignTestCountsBothTails(int first, int second, double expected)
    {
        Assert.Equal(expected, ExactTests.Sign(first, second), 1e-12);
        Assert.Equal(expected, ExactTests.Sign(second, first), 1e-12);
    }
}
