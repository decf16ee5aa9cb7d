using CsCheck;
using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

public class RegionsTests
{
    [Fact]
    public void RandomMapsGiveTheRegionsOfAFloodFill()
    {
        var maps = Gen.Select(Gen.Int[1, 14], Gen.Int[1, 14], Gen.Int[0, 9])
            .SelectMany(
                (height, width, threshold) => Gen.Int[0, 10].Array[height * width].Select(values => (height, width, threshold, values))
            );
        foreach (var (height, width, threshold, values) in Samples.Draw(maps, 2000))
        {
            var map = Array.ConvertAll(values, v => (float)v);
            var (expected, found) = (Reference.Regions(map, height, width, threshold), Regions.Find(map, height, width, threshold));
            Assert.Equal(expected.Select(Bounds), found.Select(Bounds));
            Assert.Equal(expected.Select(Pixels), found.Select(Pixels));
            Assert.Equal(expected.Select(r => r.Area), found.Select(r => r.Area));
        }
    }

    [Fact]
    public void ASpiralIsOneRegion()
    {
        var found = Find(0, "#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######");
        Assert.Equal([(0, 0, 7, 7, 31)], found.Select(Bounds));
    }

    [Fact]
    public void DiagonalNeighboursBelongTogether()
    {
        var found = Find(0, "#.#.", ".#..", "#..#");
        Assert.Equal([(0, 0, 3, 3, 4), (3, 2, 1, 1, 1)], found.Select(Bounds));
    }

    [Fact]
    public void ArmsThatMeetOnlyInTheLastRowAreJoined()
    {
        var found = Find(0, "#.#.#", "#.#.#", "#####");
        Assert.Equal([(0, 0, 5, 3, 11)], found.Select(Bounds));
    }

    [Fact]
    public void TheRightmostColumnDoesNotTouchTheLeftmostOfTheNextRow()
    {
        var found = Find(0, "..#", "#..");
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public void RegionsComeByFallingMassAndTiesInRowOrder()
    {
        var found = Regions.Find([2, 0, 1, 0, 2, 0, 5], 1, 7, 0);
        Assert.Equal([6, 0, 4, 2], found.Select(region => region.X));
        Assert.Equal([5f, 2, 2, 1], found.Select(region => region.Mass));
    }

    [Fact]
    public void AValueEqualToTheThresholdIsOutside() => Assert.Empty(Regions.Find([0.5f, 0.5f], 1, 2, 0.5f));

    [Fact]
    public void NaNSeparatesAndInfinityBelongs()
    {
        var found = Regions.Find([1, float.NaN, float.PositiveInfinity], 1, 3, 0);
        Assert.Equal([float.PositiveInfinity, 1], found.Select(region => region.Mass));
        Assert.Empty(Regions.Find([1, 2], 1, 2, float.NaN));
    }

    [Fact]
    public void AWholeMapBelowZeroCanBeARegionToo() => Assert.Equal([(0, 0, 2, 1, -3)], Regions.Find([-1, -2], 1, 2, -10).Select(Bounds));

    [Theory]
    [InlineData(6, 2, 2)]
    [InlineData(0, 0, 5)]
    [InlineData(4, -2, -2)]
    public void WrongSidesAreRefused(int length, int height, int width) =>
        Assert.Throws<ArgumentException>(() => Regions.Find(new float[length], height, width, 0));

    private static (int, int, int, int, float) Bounds(Region region) => (region.X, region.Y, region.Width, region.Height, region.Mass);

    private static (int X, int Y)[] Pixels(Region region) =>
        [.. region.Runs.SelectMany(run => Enumerable.Range(run.Left, run.Right - run.Left + 1).Select(x => (x, run.Y)))];

    private static IReadOnlyList<Region> Find(float threshold, params string[] rows) =>
        Regions.Find([.. string.Concat(rows).Select(c => c == '#' ? 1f : 0f)], rows.Length, rows[0].Length, threshold);
}
