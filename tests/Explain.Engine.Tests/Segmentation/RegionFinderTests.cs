using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Tests.Segmentation;

public class RegionFinderTests
{
    private static readonly RegionRule Wsol = RegionRules.Of("wsolevaluation", RegionThreshold.Share(0.5f), 0);

    [Fact]
    public void AShareReachesTheThresholdAndIsThatOfTheMaximumBeforeTheMapWasEnlarged()
    {
        float[] map = [1, 0, 2, 3, 0, 4];

        Assert.Equal("..##.#", Shown(map, new(RegionThreshold.Share(0.5f))));
        Assert.Equal(".....#", Shown(map, new(RegionThreshold.Share(0.5f)), maximum: 8));
    }

    // In bins of 256 from 0 to 9 there are 5 at 0, 3 at 28 and one at 255: behind 0 the variance is 5·4·84.75², behind 28 8·1·244.5².
    [Fact]
    public void OtsuPartsThePositivePart()
    {
        Assert.Equal("........#", Shown([0, -70, 1, 1, 1, 0, 0, 0, 9], new(RegionThreshold.Otsu)));
        Assert.Equal("..###...#", Shown([0, -70, 7, 8, 8, 0, 0, 0, 9], new(RegionThreshold.Otsu)));
    }

    [Theory]
    [InlineData(50, ".....#####", 0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f)]
    [InlineData(90, ".........#", 0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f)]
    [InlineData(50, "........##", 0f, 0f, 0f, 0f, 0f, -4f, 0f, 0f, 3f, 5f)]
    [InlineData(90, "...##", 1f, 1f, 1f, 5f, 5f)]
    [InlineData(0.1f, "#####", 1f, 1f, 1f, 1f, 1f)]
    public void APercentileIsReachedAndZeroNeverBelongs(float percent, string shown, params float[] map) =>
        Assert.Equal(shown, Shown(map, new(RegionThreshold.Percentile(percent))));

    [Fact]
    public void NothingPositiveHasNoRegion()
    {
        RegionThreshold[] thresholds = [RegionThreshold.Share(0), RegionThreshold.Otsu, RegionThreshold.Percentile(1)];
        Assert.All(thresholds, t => Assert.Equal("...", Shown([0, 0, 0], new(t))));
        Assert.All(thresholds, t => Assert.Equal("...", Shown([-1, -2, 0], new(t))));
        Assert.All(thresholds, t => Assert.Equal("###", Shown([4, 4, 4], new(t))));
    }

    [Fact]
    public void TheLargestHasTheMostPixelsThenTheLargerSumThenComesFirst()
    {
        var rule = new RegionRule(RegionThreshold.Share(0.1f)) { Largest = true };

        Assert.Equal("....###", Shown([9, 9, 0, 0, 1, 1, 1], rule));
        Assert.Equal("....##.", Shown([1, 1, 0, 0, 2, 1, 0], rule));
        Assert.Equal("##.....", Shown([1, 2, 0, 0, 2, 1, 0], rule));
    }

    [Fact]
    public void CamIsAboveAFifthAndGradCamReachesItsShare()
    {
        Assert.Equal("...##", Shown([1, 0, 0, 1.1f, 5], RegionRules.Of("cam", null, 0.5f)));
        Assert.Equal("...##", Shown([14, 0, 0, 16, 100], RegionRules.Of("gradcam", null, 0.5f)));
    }

    // Made by OpenCV 4.13 (without IPP) in the steps of wsolevaluation.
    [Theory]
    [InlineData(3, 4, 24, 32, 0.5f, new float[] { -1, 0, 2, 1, 0, 3, 5, 0, -2, 0, 1, 4 }, 8, 0, 31, 23, 277)]
    [InlineData(3, 4, 24, 32, 0.8f, new float[] { -1, 0, 2, 1, 0, 3, 5, 0, -2, 0, 1, 4 }, 14, 8, 23, 15, 41)]
    [InlineData(3, 3, 12, 20, 0.3f, new float[] { 0, 0, 0, 9, 0, 0, 7, 0, 1 }, 0, 3, 8, 11, 51.5)]
    [InlineData(2, 3, 16, 12, 0.2f, new float[] { -9, -5, -9, -9, -9, -6 }, 2, 0, 11, 15, 99)]
    public void WsolevaluationFindsTheBoxOfItsCode(
        int mapHeight,
        int mapWidth,
        int height,
        int width,
        float threshold,
        float[] values,
        int left,
        int top,
        int right,
        int bottom,
        double area
    )
    {
        var rule = Wsol with { Threshold = RegionThreshold.Share(threshold) };
        var map = RegionFinder.Enlarge(new SaliencyMap(mapHeight, mapWidth, values, 1), height, width, rule.Convention);

        var region = Assert.Single(RegionFinder.Find(map, height, width, rule));

        Assert.Equal((left, top, right, bottom), rule.Box(region, height, width));
        Assert.Equal(area, Contours.Area(region));
    }

    [Fact]
    public void WsolevaluationTakesTheLargestContourAndOfEqualOnesTheLast()
    {
        Assert.Equal("......|......|....##|....##", Shown("######|......|##..##|##..##", Wsol));
        Assert.Equal("##..##|##..##|......|######", Shown("##..##|##..##|......|######", Wsol with { Largest = false }));
        Assert.Equal("###...|#.#...|###...", Shown("###.##|#.#.##|###...", Wsol));
    }

    [Fact]
    public void WsolevaluationCutsToWholeNumbersBeforeItCompares()
    {
        // 0.5 · 255 is 127.5: the threshold is 127, and 127.5 of the map is 127, too.
        Assert.Equal("..#", Shown([0, 0.5f, 1], Wsol));
        Assert.Equal(".##", Shown([0, 0.503f, 1], Wsol));
        Assert.Equal("...", Shown([-3, -3, -3], Wsol));
        Assert.Equal(".##", Shown([0, 0.004f, 1], Wsol with { Threshold = RegionThreshold.Share(0) }));
    }

    [Fact]
    public void WsolevaluationHasSharesAlone() =>
        Assert.Throws<ArgumentException>(() => RegionFinder.Find([0, 1], 1, 2, Wsol with { Threshold = RegionThreshold.Otsu }));

    [Theory]
    [InlineData("cam", 0.2f, null)]
    [InlineData("cam", 0.15f, "'0.15' is not that of boxes=cam; allowed with it: 0.2, or no threshold")]
    [InlineData("gradcam", 0.15f, null)]
    [InlineData("gradcam", 0f, "'0' is not that of boxes=gradcam; allowed with it: 0.15, or no threshold")]
    [InlineData("wsolevaluation", 0.7f, null)]
    [InlineData("largest", 0.7f, null)]
    [InlineData(null, 0.7f, null)]
    public void AProtocolRefusesAnotherThreshold(string? name, float share, string? refusal)
    {
        Assert.Equal(refusal, RegionRules.Refusal(name, RegionThreshold.Share(share)));
        Assert.Null(RegionRules.Refusal(name, null));
        Assert.Equal(name is null or "largest", RegionRules.Refusal(name, RegionThreshold.Percentile(20)) is null);
        Assert.Equal(name is null or "largest", RegionRules.Refusal(name, RegionThreshold.Otsu) is null);
    }

    private static string Shown(float[] map, RegionRule rule, float? maximum = null) =>
        Drawn(RegionFinder.Find(map, 1, map.Length, rule, maximum), 1, map.Length);

    private static string Shown(string map, RegionRule rule)
    {
        var rows = map.Split('|');
        return Drawn(
            RegionFinder.Find([.. string.Concat(rows).Select(c => c == '#' ? 1f : 0f)], rows.Length, rows[0].Length, rule),
            rows.Length,
            rows[0].Length
        );
    }

    private static string Drawn(IReadOnlyList<Region> regions, int height, int width)
    {
        var rows = Enumerable.Range(0, height).Select(_ => new string('.', width).ToCharArray()).ToArray();
        foreach (var run in regions.SelectMany(r => r.Runs))
            rows[run.Y].AsSpan(run.Left, run.Right - run.Left + 1).Fill('#');
        return string.Join('|', rows.Select(r => new string(r)));
    }
}
