using Explain.Evaluation.Localization;

namespace Explain.Evaluation.Tests.Localization;

/// <summary>Figures of pixels, worked out by hand and against the definition.</summary>
public sealed class PixelScoresTests
{
    [Fact]
    public void PrecisionIsSummedOverWhatRecallGains()
    {
        // Falling: in, out, in, out. At 0.9 one of one, at 0.5 two of three.
        var scores = PixelScores.Of([0.9f, 0.7f, 0.5f, 0.1f], [true, false, true, false]);
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, scores.AveragePrecision, 12);
    }

    [Fact]
    public void EqualHeatIsTakenTogether() =>
        Assert.Equal(0.25, PixelScores.Of([0.4f, 0.4f, 0.4f, 0.4f], [true, false, false, false]).AveragePrecision, 12);

    [Fact]
    public void APerfectMapHasOne() => Assert.Equal(1, PixelScores.Of([1, 1, 0, 0], [true, true, false, false]).AveragePrecision, 12);

    [Fact]
    public void WithoutAnObjectThereIsNone() => Assert.Equal(double.NaN, PixelScores.Of([1, 0], [false, false]).AveragePrecision);

    [Fact]
    public void SeveralMapsAreOneHeap()
    {
        var all = PixelScores.None;
        all.Add(PixelScores.Of([0.9f, 0.7f], [true, false]));
        all.Add(PixelScores.Of([0.5f, 0.1f], [true, false]));
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, all.AveragePrecision, 12);
    }

    [Fact]
    public void ASeedIsWhatReachesTheThreshold()
    {
        var scores = PixelScores.Of([0.9f, 0.5f, 0.5f, 0.1f], [true, true, false, true]);
        var overlaps = scores.Overlaps();
        Assert.Equal(2 / 4.0, overlaps[500], 12);
        Assert.Equal(1 / 3.0, overlaps[600], 12);
        Assert.Equal(3 / 4.0, overlaps[0], 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ItIsWhatSortingAllCellsGives(int seed)
    {
        var random = new Random(seed);
        // In whole steps, so that the order of the cells is that of the steps.
        float[] heat = [.. Enumerable.Range(0, 400).Select(_ => random.Next(0, 100) * 0.01f + 0.0005f)];
        bool[] inside = [.. heat.Select(h => random.NextDouble() < h)];
        var (expected, hits, seen) = (0.0, 0, 0);
        foreach (var level in heat.Zip(inside).GroupBy(c => c.First).OrderByDescending(g => g.Key))
        {
            var right = level.Count(c => c.Second);
            (hits, seen) = (hits + right, seen + level.Count());
            expected += right / (double)inside.Count(i => i) * (hits / (double)seen);
        }
        Assert.Equal(expected, PixelScores.Of(heat, inside).AveragePrecision, 9);
    }
}
