using Explain.Engine.Images;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Images.PreprocessorTests;

namespace Explain.Engine.Tests.Images;

public class RegionShapesTests
{
    [Fact]
    public void AnEnlargedRegionHasThePixelsWhoseCentreItCovers()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 3, 2), 7, 5);
        var found = Assert.Single(Find(new SaliencyMap(2, 3, [0, 1, 0, 1, 0, 0], 1), geometry));

        Assert.Equal(new Box(0, 0, 5, 5, 1), found.Box);
        Assert.Equal(["..###..", "..###..", "..###..", "##.....", "##....."], Rows(RegionShapes.Mask([found.Region], geometry), 7));
        Assert.Equal([2, 0, 5, 0, 5, 3, 2, 3, 2, 5, 0, 5, 0, 3, 2, 3], RegionShapes.Polygon(found.Region, geometry));
    }

    [Fact]
    public void ARegionWithoutACentreHasThePixelsOfItsBox()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 8, 8), 2, 1);
        var map = new SaliencyMap(8, 8, [.. new float[9], 1, .. new float[54]], 1);
        var found = Assert.Single(Find(map, geometry));

        Assert.Equal(["#."], Rows(RegionShapes.Mask([found.Region], geometry), 2));
        Assert.Equal([0, 0, 1, 0, 1, 1, 0, 1], RegionShapes.Polygon(found.Region, geometry));
    }

    [Fact]
    public void WhatLiesOnLetterboxBarsIsCutOff()
    {
        var geometry = Geometry.Of(Spec(Fit.Pad, 4, 4), 8, 4);
        var found = Assert.Single(Find(new SaliencyMap(4, 4, [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1], 1), geometry));

        Assert.Equal(["####....", "####....", "..##....", "..##...."], Rows(RegionShapes.Mask([found.Region], geometry), 8));
        Assert.Equal([0, 0, 4, 0, 4, 4, 2, 4, 2, 2, 0, 2], RegionShapes.Polygon(found.Region, geometry));
    }

    [Theory]
    [InlineData(Fit.Stretch, 31, 20)]
    [InlineData(Fit.Stretch, 9, 40)]
    [InlineData(Fit.Stretch, 4, 3)]
    [InlineData(Fit.Crop, 33, 21)]
    [InlineData(Fit.Pad, 50, 17)]
    [InlineData(Fit.Pad, 3, 11)]
    public void RandomMasksFillTheirBoxesAndPolygonsGoAroundThem(Fit fit, int width, int height)
    {
        var geometry = Geometry.Of(Spec(fit, 9, 7) with { ResizeTo = 9 }, width, height);
        var random = new Random(1);
        for (var draw = 0; draw < 200; draw++)
        {
            var values = Enumerable.Range(0, 63).Select(_ => (float)random.Next(-1, 2)).ToArray();
            foreach (var found in Find(new SaliencyMap(7, 9, values, 1), geometry))
            {
                var mask = RegionShapes.Mask([found.Region], geometry);
                var polygon = RegionShapes.Polygon(found.Region, geometry);

                var pixels = Enumerable.Range(0, mask.Length).Where(i => mask[i] != 0).ToArray();
                Assert.NotEmpty(pixels);
                Assert.All(pixels, i => Assert.True(Holds(found.Box, i % width, i / width)));
                // A box covers what of a region lies on letterbox bars, too, where it is beside what shows the image.
                if (fit == Fit.Pad || width < 9 || height < 7)
                    continue;
                var (xs, ys) = (polygon.Where((_, i) => i % 2 == 0), polygon.Where((_, i) => i % 2 == 1));
                var box = found.Box;
                Assert.Equal((box.X, box.Y, box.X + box.Width, box.Y + box.Height), (xs.Min(), ys.Min(), xs.Max(), ys.Max()));
                Assert.Equal((box.X, box.X + box.Width - 1), (pixels.Min(i => i % width), pixels.Max(i => i % width)));
                Assert.Equal((box.Y, box.Y + box.Height - 1), (pixels.Min(i => i / width), pixels.Max(i => i / width)));
                Assert.All(pixels, i => Assert.True(Encloses(polygon, i % width, i / width)));
            }
        }
    }

    private static bool Holds(Box box, int x, int y) => x >= box.X && y >= box.Y && x < box.X + box.Width && y < box.Y + box.Height;

    // Crossings of the polygon by the way from the middle of a pixel to the left.
    private static bool Encloses(IReadOnlyList<int> polygon, int x, int y)
    {
        var corners = polygon.Chunk(2).ToArray();
        return corners
                .Zip(corners.Skip(1).Append(corners[0]))
                .Count(e =>
                    e.First[0] == e.Second[0]
                    && e.First[0] <= x
                    && Math.Min(e.First[1], e.Second[1]) <= y
                    && Math.Max(e.First[1], e.Second[1]) > y
                ) % 2
            == 1;
    }

    private static IReadOnlyList<FoundRegion> Find(SaliencyMap map, Geometry geometry) =>
        Boxes.Find(map, geometry, new RegionRule(RegionThreshold.Share(0.5f)));

    private static IEnumerable<string> Rows(byte[] mask, int width) =>
        mask.Chunk(width).Select(row => string.Concat(row.Select(p => p == 0 ? '.' : '#')));
}
