using Explain.Evaluation.Clusters;
using Explain.Evaluation.Drift;

namespace Explain.Evaluation.Tests.Drift;

/// <summary>Many maps summed up, and how far they are from others, worked out by hand.</summary>
public sealed class MapSummaryTests
{
    private const int Side = SmallMap.Side;

    private static readonly float[] Zero = new float[SmallMap.Cells];
    private static readonly float[] Even = [.. Enumerable.Repeat(1f / SmallMap.Cells, SmallMap.Cells)];

    [Fact]
    public void FiguresAreMeansOfThoseMapsThatSayWhere()
    {
        // The first place of the grid, and one in its middle.
        var summary = MapSummary.Of([Spot(0, 0), Zero, Spot(8, 8), Even]);
        Assert.Equal((4, 2), (summary.Maps, summary.Constant));
        Assert.Equal(0.5, summary.ConstantShare);
        Assert.True(summary is { Figures: not null, Mean: not null });
        var (figures, mean) = (summary.Figures.Value, summary.Mean);
        Assert.Equal(0.5, figures.Border, 6);
        Assert.Equal(0, figures.Entropy, 6);
        Assert.Equal((0.5 + 8.5) / 2 / Side, figures.CentroidX, 6);
        Assert.Equal((0.5 + 8.5) / 2 / Side, figures.CentroidY, 6);
        Assert.Equal((0.5f, 0.5f, 1f), (mean[0], mean[8 * Side + 8], mean.Sum()));
    }

    [Fact]
    public void CentroidsAreAsFarApartAsTheyLie()
    {
        var (a, b) = (MapSummary.Of([Spot(0, 0)]), MapSummary.Of([Spot(3, 4)]));
        Assert.Equal(5.0 / Side, a.Shift(b) ?? -1, 6);
        Assert.Equal(0, a.Shift(a));
    }

    [Fact]
    public void MapsAgreeAsFarAsTheyMeet()
    {
        var half = MapSummary.Of([Spot(0, 0), Spot(1, 1)]);
        Assert.Equal(1, half.Agreement(half) ?? -1, 6);
        Assert.Equal(0.5, half.Agreement(MapSummary.Of([Spot(0, 0), Spot(2, 2)])) ?? -1, 6);
        Assert.Equal(0, half.Agreement(MapSummary.Of([Spot(5, 5)])));
    }

    [Fact]
    public void WithoutMapsThatSayWhereNothingIsKnown()
    {
        var (none, constant, spot) = (MapSummary.Of([]), MapSummary.Of([Zero]), MapSummary.Of([Spot(0, 0)]));
        Assert.Null(none.ConstantShare);
        Assert.Equal(1, constant.ConstantShare);
        Assert.All([none, constant], summary =>
        {
            Assert.Null(summary.Figures);
            Assert.Null(summary.Mean);
            Assert.Null(summary.Shift(spot));
            Assert.Null(spot.Shift(summary));
            Assert.Null(summary.Agreement(spot));
        });
    }

    private static float[] Spot(int row, int column)
    {
        var map = new float[SmallMap.Cells];
        map[row * Side + column] = 1;
        return map;
    }
}
