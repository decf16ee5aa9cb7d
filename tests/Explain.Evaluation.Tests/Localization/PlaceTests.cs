using Explain.Engine.Images;
using Explain.Evaluation.Annotations;
using Explain.Evaluation.Localization;

namespace Explain.Evaluation.Tests.Localization;

/// <summary>Boxes, pointing and energy, worked out by hand.</summary>
public sealed class PlaceTests
{
    [Theory]
    [InlineData(0, 0, 2, 2, 1)]
    [InlineData(1, 0, 3, 2, 2 / 6.0)]
    [InlineData(1, 1, 3, 3, 1 / 7.0)]
    [InlineData(2, 0, 4, 2, 0)]
    [InlineData(0, 0, 0, 0, 0)]
    public void OverlapIsTheCommonPartOfBoth(double left, double top, double right, double bottom, double expected) =>
        Assert.Equal(expected, BoxOverlap.Of(new PixelBox(0, 0, 2, 2), new PixelBox(left, top, right, bottom)), 12);

    [Fact]
    public void TheBestPairCounts() =>
        Assert.Equal(
            0.5,
            BoxOverlap.Best(
                [new PixelBox(0, 0, 2, 2), new PixelBox(10, 10, 12, 12)],
                [new PixelBox(10, 10, 11, 12), new PixelBox(5, 5, 6, 6)]
            )
        );

    [Fact]
    public void NothingFoundCoversNothing() => Assert.Equal(0, BoxOverlap.Best([], [new PixelBox(0, 0, 1, 1)]));

    [Fact]
    public void ObjectsLieOnWhatTheModelSaw()
    {
        // The middle 100×100 of 200×100 pixels, seen as 10×10.
        var geometry = new Geometry(200, 100, 10, 10, new Rect(50, 0, 100, 100), new Rect(0, 0, 10, 10));
        var truth = Truth.Of([new AnnotatedObject("dog", new PixelBox(40, 20, 70, 40))], geometry);
        Assert.Equal([new PixelBox(-1, 2, 2, 4)], truth.Boxes);
        Assert.Equal([20, 21, 30, 31], Enumerable.Range(0, 100).Where(i => truth.Inside[i]));
        Assert.Equal((10, 10), truth.Scale);
        Assert.False(truth.HasPixels);
    }

    [Fact]
    public void AMaskCountsByItsPixelsAndHasABox()
    {
        var mask = new bool[4 * 6];
        mask[1 * 6 + 2] = mask[2 * 6 + 4] = true;
        var geometry = new Geometry(6, 4, 6, 4, new Rect(0, 0, 6, 4), new Rect(0, 0, 6, 4));
        var truth = Truth.Of([new AnnotatedObject("dog", null) { Mask = new Pixels(mask) }], geometry);
        Assert.Equal([new PixelBox(2, 1, 5, 3)], truth.Boxes);
        Assert.Equal(mask, truth.Inside);
        Assert.True(truth.HasPixels);
    }

    [Fact]
    public void AMapPointsWhereItIsLargest()
    {
        var truth = Square(5, 5, 2, 2, 3, 3);
        Assert.True(PointingGame.Hits(Peak(25, 12), truth));
        Assert.False(PointingGame.Hits(Peak(25, 13), truth));
        Assert.False(PointingGame.Hits(new float[25], Square(5, 5, 0, 0, 5, 5)), "a constant map points nowhere");
        Assert.True(PointingGame.Hits([1, 0, 0, 1], Square(2, 2, 0, 0, 1, 1)), "of equal values the first counts");
    }

    [Fact]
    public void ToleranceIsADistanceOnThePicture()
    {
        // Cells of 10×5 pixels: two cells down are 10 pixels, one across is 10, one across and one down is 11.2.
        var truth = Square(5, 5, 2, 2, 3, 3) with { Scale = (10, 5) };
        Assert.True(PointingGame.Hits(Peak(25, 22), truth, 10));
        Assert.True(PointingGame.Hits(Peak(25, 11), truth, 10));
        Assert.False(PointingGame.Hits(Peak(25, 6), truth, 10));
        Assert.True(PointingGame.Hits(Peak(25, 6), truth, 11.2));
    }

    [Theory]
    [InlineData(2, true, true)]
    [InlineData(2, false, false)]
    [InlineData(3, true, false)]
    public void DifficultIsASmallObjectAmongOthers(int side, bool others, bool expected) =>
        Assert.Equal(expected, PointingGame.IsDifficult(Square(5, 5, 0, 0, side, side), others));

    [Fact]
    public void EnergyIsTheShareOfTheHeatInside()
    {
        Assert.Equal(0.75, Energy.Share([3, 1, 0, 0], [true, false, true, false]), 12);
        Assert.Equal(double.NaN, Energy.Share([0, 0], [true, false]));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.19)]
    public void TheCentreIsABoxOfTheAreaThatTheThresholdLeaves(double threshold)
    {
        var centre = BaselineMaps.Centre(100, 60);
        Assert.Equal(1 - threshold, centre.Values.Count(v => v >= threshold) / 6000.0, 0.03);
    }

    [Fact]
    public void RandomMapsAreUniformAndDifferByName()
    {
        var map = BaselineMaps.Random(50, 50, "a.png");
        Assert.Equal(0.5, map.Values.Average(), 0.03);
        Assert.Equal(map.Values, BaselineMaps.Random(50, 50, "a.png").Values);
        Assert.NotEqual(map.Values, BaselineMaps.Random(50, 50, "b.png").Values);
    }

    [Fact]
    public void EdgesAreWhereBrightnessChanges()
    {
        var rgb = new byte[4 * 6 * 3];
        for (var y = 0; y < 4; y++)
            rgb.AsSpan((y * 6 + 3) * 3, 9).Fill(100);
        var edges = BaselineMaps.Edges(rgb, 4, 6);
        Assert.All(Enumerable.Range(0, 24), i => Assert.Equal(i % 6 is 2 or 3 ? 400 : 0, edges.Values[i], 1e-3f));
    }

    private static float[] Peak(int cells, int at)
    {
        var heat = new float[cells];
        heat[at] = 1;
        return heat;
    }

    private static Truth Square(int height, int width, int left, int top, int right, int bottom) =>
        new(
            height,
            width,
            [new PixelBox(left, top, right, bottom)],
            [
                .. Enumerable
                    .Range(0, height * width)
                    .Select(i => i % width >= left && i % width < right && i / width >= top && i / width < bottom),
            ]
        );

    private sealed class Pixels(bool[] mask) : IPixelMask
    {
        public bool[] Read(int width, int height) => mask;
    }
}
