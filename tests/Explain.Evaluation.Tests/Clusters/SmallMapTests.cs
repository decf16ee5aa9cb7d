using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Clusters;

namespace Explain.Evaluation.Tests.Clusters;

/// <summary>Maps on the small grid, and their figures, worked out by hand.</summary>
public sealed class SmallMapTests
{
    private const int Side = SmallMap.Side;

    [Fact]
    public void ACellOfAMapIsSharedByTheCellsThatItCovers()
    {
        var shares = SmallMap.Of([3, 0, 0, 1], 2, 2, new Rect(0, 0, 2, 2));
        Assert.Equal(0.75f / 64, shares[0], 1e-7f);
        Assert.Equal(0, shares[Side - 1]);
        Assert.Equal(0.25f / 64, shares[^1], 1e-7f);
        Assert.Equal(1, shares.Sum(), 1e-5f);
    }

    [Fact]
    public void ACellAcrossTwoOfTheMapHasItsPartOfBoth()
    {
        // 24 columns on 16, one and a half each: the first two have a half of column 1 each.
        var values = new float[24];
        values[1] = 100;
        var shares = SmallMap.Of(values, 1, 24, new Rect(0, 0, 24, 1));
        Assert.Equal(0.5f / Side, shares[0], 1e-6f);
        Assert.Equal(0.5f / Side, shares[1], 1e-6f);
        Assert.Equal(0, shares[2]);
    }

    [Fact]
    public void OnlyThePartThatTheModelSawCounts()
    {
        // Bars above and below, a quarter of the input each.
        var geometry = new Geometry(200, 100, 64, 64, new Rect(0, 0, 200, 100), new Rect(0, 16, 64, 32));
        var shares = SmallMap.Of(new SaliencyMap(4, 1, [9, 1, 3, 9], 1), geometry);
        Assert.Equal(0.25f, shares.Take(SmallMap.Cells / 2).Sum(), 1e-5f);
        Assert.Equal(0.75f, shares.Skip(SmallMap.Cells / 2).Sum(), 1e-5f);
    }

    [Fact]
    public void APartOfThePictureIsFoundOnTheMap()
    {
        // The model sees the middle of the picture; the part is the right half of that, and as much again that it does not see.
        var geometry = new Geometry(400, 100, 64, 64, new Rect(100, 0, 200, 100), new Rect(0, 0, 64, 64));
        var shares = SmallMap.Of(new SaliencyMap(1, 2, [7, 2], 1), geometry, new PixelRect(200, 0, 200, 100));
        for (var i = 0; i < shares.Length; i++)
            Assert.Equal(i % Side < Side / 2 ? 2f / SmallMap.Cells : 0, shares[i], 1e-7f);
    }

    [Fact]
    public void NegativeValuesAreNoHeat()
    {
        Assert.Equal(0, SmallMap.Of([-1, 2], 1, 2, new Rect(0, 0, 2, 1))[0]);
        Assert.All(SmallMap.Of([-1, -2], 1, 2, new Rect(0, 0, 2, 1)), share => Assert.Equal(0, share));
    }

    [Fact]
    public void TheBorderIsAnEighthOnEachSide()
    {
        Assert.Equal(7 / 16.0, MapFigures.Of(Everywhere()).Border, 1e-6);
        Assert.Equal(1, MapFigures.Of(Spot(1, 8)).Border, 1e-6);
        Assert.Equal(0, MapFigures.Of(Spot(2, 8)).Border, 1e-6);
    }

    [Fact]
    public void TheEntropyOfOneCellIsNoneAndThatOfAllIsOne()
    {
        Assert.Equal(0, MapFigures.Of(Spot(3, 4)).Entropy, 1e-6);
        Assert.Equal(1, MapFigures.Of(Everywhere()).Entropy, 1e-6);
        // Sixteen cells alike: ln 16/ln 256.
        var sixteenth = new float[16];
        sixteenth[5] = 1;
        Assert.Equal(0.5, MapFigures.Of(SmallMap.Of(sixteenth, 4, 4, new Rect(0, 0, 4, 4))).Entropy, 1e-6);
    }

    [Fact]
    public void TheCentroidIsThatOfTheHeat()
    {
        var figures = MapFigures.Of(SmallMap.Of([0, 0, 1, 3], 2, 2, new Rect(0, 0, 2, 2)));
        Assert.Equal(0.25 * 0.25 + 0.75 * 0.75, figures.CentroidX, 1e-6);
        Assert.Equal(0.75, figures.CentroidY, 1e-6);
    }

    [Fact]
    public void AMapThatIsTheSameEverywhereIsConstant()
    {
        Assert.True(MapFigures.Of(SmallMap.Of([.. Enumerable.Repeat(0.3f, 49)], 7, 7, new Rect(0, 0, 7, 7))).IsConstant);
        Assert.True(MapFigures.Of(new float[SmallMap.Cells]).IsConstant);
        Assert.False(MapFigures.Of(Spot(3, 4)).IsConstant);
    }

    private static float[] Everywhere() => [.. Enumerable.Repeat(1f / SmallMap.Cells, SmallMap.Cells)];

    private static float[] Spot(int row, int column)
    {
        var map = new float[SmallMap.Cells];
        map[row * Side + column] = 1;
        return map;
    }
}
