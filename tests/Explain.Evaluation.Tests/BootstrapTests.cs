using Explain.Evaluation.Statistics;

namespace Explain.Evaluation.Tests;

/// <summary>Confidence intervals against closed forms.</summary>
public sealed class BootstrapTests
{
    private const double Normal = 1.959964;

    [Theory]
    [InlineData(400, 0.5)]
    [InlineData(1000, 0.2)]
    public void TheIntervalOfAShareIsThatOfTheBinomialDistribution(int count, double share)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => i < share * count ? 1.0 : 0)];
        var interval = Bootstrap.OfMean(values)!.Value;
        var half = Normal * Math.Sqrt(share * (1 - share) / count);
        Assert.Equal(share - half, interval.Low, 0.1 * half);
        Assert.Equal(share + half, interval.High, 0.1 * half);
    }

    [Fact]
    public void TheIntervalOfAMeanIsThatOfItsStandardError()
    {
        double[] values = [.. Enumerable.Range(0, 500).Select(i => (double)(i * 7919 % 500))];
        var (mean, interval) = (values.Average(), Bootstrap.OfMean(values)!.Value);
        var half = Normal * Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) / values.Length);
        Assert.Equal(mean - half, interval.Low, 0.1 * half);
        Assert.Equal(mean + half, interval.High, 0.1 * half);
    }

    [Fact]
    public void EqualValuesLeaveNoDoubt() => Assert.Equal(new Interval(0.25, 0.25), Bootstrap.OfMean([0.25, 0.25, 0.25]));

    [Fact]
    public void OfNothingNothingIsSaid() => Assert.Null(Bootstrap.OfMean([]));

    [Fact]
    public void TheSameNumbersGiveTheSameInterval() => Assert.Equal(Bootstrap.OfMean([1, 2, 3, 5]), Bootstrap.OfMean([1, 2, 3, 5]));

    [Fact]
    public void AStatisticThatIsNoNumberHasNoInterval() => Assert.Null(Bootstrap.Of(3, drawn => drawn[0] == 0 ? double.NaN : 1));
}
