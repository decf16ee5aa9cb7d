using Explain.Kernels.Sampling;

namespace Explain.Kernels.Tests;

public class OcclusionGridTests
{
    [Theory]
    [InlineData(1, 1, new[] { 0.35f, 0.115625f, 0.015625f, -0.365625f, 0.20625f, 0.35625f })]
    [InlineData(1, 2, new[] { 0.440625f, 0.285938f, 0.13125f, 0.234375f, 0.415625f, 0.596875f })]
    public void TheGoldenNetHasTheAttributionOfCaptum(int windowHeight, int windowWidth, float[] expected)
    {
        // captum/Occlusion of shared/reference/golden.json, stride 1, both channels at once, baseline 0.
        var grid = new OcclusionGrid(2, 3, windowHeight, windowWidth, 1, 1);
        var differences = Enumerable.Range(0, grid.Count).Select(index => (float)(1.5 - GoldenNet.Logit(Occluded(grid[index])))).ToArray();
        var map = new float[6];
        grid.Attribute(differences, map);
        Samples.AssertClose(expected, map, 1e-6f);
    }

    [Fact]
    public void TheLastWindowIsCutOffAtTheEdge()
    {
        var grid = new OcclusionGrid(4, 8, 3, 3, 3, 2);
        Assert.Equal(2 * 4, grid.Count);
        Assert.Equal(new PixelBox(0, 0, 3, 3), grid[0]);
        Assert.Equal(new PixelBox(0, 6, 3, 2), grid[3]);
        Assert.Equal(new PixelBox(3, 2, 1, 3), grid[5]);
    }

    [Theory]
    [InlineData(5, 5, 1)]
    [InlineData(6, 5, 2)]
    [InlineData(10, 5, 2)]
    [InlineData(11, 5, 3)]
    public void AsManyWindowsAsCaptumCountsFit(int width, int window, int count) =>
        Assert.Equal(count, new OcclusionGrid(1, width, 1, window, 1, 5).Count);

    [Fact]
    public void EveryPixelGetsTheMeanOfTheWindowsThatCoverIt()
    {
        foreach (
            var (height, width, windowHeight, windowWidth, strideY, strideX) in new[]
            {
                (7, 9, 3, 4, 2, 3),
                (5, 5, 5, 5, 1, 1),
                (1, 40, 1, 7, 1, 3),
                (33, 17, 8, 8, 5, 8),
            }
        )
        {
            var grid = new OcclusionGrid(height, width, windowHeight, windowWidth, strideY, strideX);
            var (differences, map) = (Samples.Scattered(grid.Count), new float[height * width]);
            grid.Attribute(differences, map);
            for (var i = 0; i < map.Length; i++)
            {
                var covering = differences.Where((_, index) => Covers(grid[index], i / width, i % width)).ToArray();
                Assert.Equal(covering.Average(d => (double)d), map[i], 1e-7);
            }
        }
    }

    [Fact]
    public void EqualDifferencesGiveAConstantMap()
    {
        var (grid, map) = (new OcclusionGrid(20, 30, 7, 5, 3, 2), new float[600]);
        grid.Attribute([.. Enumerable.Repeat(0.1f, grid.Count)], map);
        Assert.All(map, value => Assert.Equal(0.1f, value));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        foreach (var (height, windowHeight, strideY) in new[] { (0, 1, 1), (4, 5, 1), (4, 0, 1), (4, 2, 3), (4, 2, 0) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new OcclusionGrid(height, 9, windowHeight, 3, strideY, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => new OcclusionGrid(9, height, 3, windowHeight, 1, strideY));
        }
        var grid = new OcclusionGrid(4, 4, 2, 2, 2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => grid[4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => grid[-1]);
        Assert.Throws<ArgumentException>(() => grid.Attribute(new float[3], new float[16]));
        Assert.Throws<ArgumentException>(() => grid.Attribute(new float[4], new float[15]));
    }

    private static bool Covers(PixelBox box, int y, int x) => y >= box.Y && y < box.Y + box.Height && x >= box.X && x < box.X + box.Width;

    private static float[] Occluded(PixelBox box) => [.. GoldenNet.Values.Select((value, i) => Covers(box, i / 3 % 2, i % 3) ? 0 : value)];
}
