using Explain.Engine.Images;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Images.PreprocessorTests;
using static Explain.Engine.Tests.Images.RenderTests;

namespace Explain.Engine.Tests.Images;

public class BoxesTests
{
    private static readonly Geometry Same = Geometry.Of(Spec(Fit.Stretch, 6, 4), 6, 4);

    [Fact]
    public void AMapWithoutPositiveValuesHasNoBox()
    {
        Assert.Empty(Find(Map(2, 2, 0, 0, 0, 0), Same, 0.15f));
        Assert.Empty(Find(Map(2, 2, -1, -2, 0, -4), Same, 0.15f));
    }

    [Fact]
    public void SeparateRegionsComeWithTheirShareOfTheMassLargestFirst()
    {
        var map = Map(4, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 2, 1, 0);

        var boxes = Find(map, Same, 0.15f);

        Assert.Equal([new Box(3, 2, 2, 2, 7 / 8f), new Box(0, 0, 1, 1, 1 / 8f)], boxes);
    }

    [Fact]
    public void NegativeValuesWeighNothing() =>
        Assert.Equal([new Box(5, 3, 1, 1, 1)], Find(Map(4, 6, [.. Enumerable.Repeat(-5f, 23), 1]), Same, 0.5f));

    [Fact]
    public void AConstantMapIsOneBoxOfAllThatWasSeen()
    {
        var geometry = Geometry.Of(Spec(Fit.Crop, 10, 10) with { ResizeTo = 10 }, 40, 20);

        Assert.Equal([new Box(10, 0, 20, 20, 1)], Find(Map(1, 1, 3), geometry, 1));
    }

    [Fact]
    public void BoxesOnLetterboxBarsAreLeftOutAndOthersCut()
    {
        var geometry = Geometry.Of(Spec(Fit.Pad, 4, 4), 40, 20);
        var map = Map(4, 4, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4);

        var box = Assert.Single(Find(map, geometry, 0.15f));

        Assert.Equal(new Box(30, 10, 10, 10, 0.8f), box);
    }

    [Fact]
    public void TheLargestIsThatOfTheMostPixelsThatTheImageShows()
    {
        var map = Map(4, 6, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 2, 1, 0);

        Assert.Equal([new Box(3, 2, 2, 2, 7 / 16f)], Find(map, Same, 0.1f, "largest"));

        var letterboxed = Geometry.Of(Spec(Fit.Pad, 4, 4), 40, 20);
        Assert.Equal(
            [new Box(30, 10, 10, 10, 0.4f)],
            Find(Map(4, 4, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0), letterboxed, 0.15f, "largest")
        );
    }

    [Fact]
    public void ABoxOfWsolevaluationLeavesTheLastColumnAndRowOutAndStillHasAPixel()
    {
        var map = Map(4, 6, [.. new float[22], 1, 1]);

        Assert.Equal([new Box(4, 3, 1, 1, 1)], Find(map, Same, 0.5f, "wsolevaluation"));
        Assert.Equal([new Box(5, 3, 1, 1, 1)], Find(Map(4, 6, [.. new float[23], 1]), Same, 0.5f, "wsolevaluation"));
    }

    [Fact]
    public void WsolevaluationSeesNegativeValuesToo() =>
        Assert.Equal(
            [new Box(1, 1, 2, 1, 1)],
            Find(Map(4, 6, [.. Enumerable.Repeat(-9f, 7), -1, -1, .. Enumerable.Repeat(-9f, 15)]), Same, 0.5f, "wsolevaluation")
        );

    private static Box[] Find(SaliencyMap map, Geometry geometry, float share, string? name = null) =>
        [.. Boxes.Find(map, geometry, RegionRules.Of(name, RegionThreshold.Share(share), 0)).Select(found => found.Box)];
}
