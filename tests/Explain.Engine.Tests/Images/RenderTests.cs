using Explain.Engine.Images;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using static Explain.Engine.Tests.Images.PreprocessorTests;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public class RenderTests
{
    private static readonly RgbImage Wide = Noise(90, 40);
    private static readonly Geometry Cropped = Geometry.Of(Spec(Fit.Crop, 32, 32) with { ResizeTo = 32 }, 90, 40);

    [Theory]
    [InlineData("original", 90, 40)]
    [InlineData("input", 32, 32)]
    [InlineData("map", 3, 2)]
    [InlineData("45x60", 45, 60)]
    [InlineData("max:90", 90, 40)]
    [InlineData("max:4096", 90, 40)]
    [InlineData("max:45", 45, 20)]
    [InlineData("max:64", 64, 28)]
    [InlineData("max:1", 1, 1)]
    public void SizesAreKept(string size, int width, int height)
    {
        Assert.True(RenderSize.TryParse(size, out var parsed));
        foreach (var name in Renders.Names)
        {
            var image = Draw(name, Map(2, 3, 0, 1, 2, 3, 4, 5), Cropped, Wide, new RenderOptions { Size = parsed });

            Assert.Equal((width, height, width * height * 3), (image.Width, image.Height, image.Pixels.Length));
        }
    }

    [Fact]
    public void WhatTheModelDidNotSeeKeepsItsBytes()
    {
        var overlay = Draw("overlay", Map(1, 2, 0, 1), Cropped, Wide, new RenderOptions { Alpha = 1 });
        var heatmap = Draw("heatmap", Map(1, 2, 0, 1), Cropped, Wide, new RenderOptions());
        var mask = Draw("mask", Map(1, 2, 0, 1), Cropped, Wide, Regions(Map(1, 2, 0, 1), Cropped, 0));

        Assert.Equal(new PixelRect(25, 0, 40, 40), Cropped.Region);
        for (var y = 0; y < 40; y++)
        {
            for (var x = 0; x < 90; x++)
            {
                var seen = x is >= 25 and < 65;
                if (!seen)
                    Assert.Equal(At(Wide, x, y), At(overlay, x, y));
                Assert.Equal(seen, At(heatmap, x, y) != (0, 0, 0));
                Assert.Equal(seen ? (255, 255, 255) : (0, 0, 0), At(mask, x, y));
            }
        }
    }

    [Fact]
    public void TheOriginalIsNotDrawnOn()
    {
        var original = Noise(20, 20);
        Draw("overlay", Map(1, 2, 0, 1), Geometry.Of(Spec(Fit.Stretch, 8, 8), 20, 20), original, new RenderOptions());

        Assert.Equal(Noise(20, 20).Pixels, original.Pixels);
    }

    [Fact]
    public void AnOverlayMixesImageAndColours()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 2, 1), 2, 1);
        Assert.True(ColorMap.TryGet("turbo", out var turbo));
        var (r, g, b) = Color(turbo, 255);

        var overlay = Draw("overlay", Map(1, 2, 0, 7), geometry, Plain(2, 1, 100, 100, 100), new RenderOptions { Alpha = 0.25f });

        AssertNear(((int)(75 + 0.25 * r), (int)(75 + 0.25 * g), (int)(75 + 0.25 * b)), At(overlay, 1, 0), 1);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(3f)]
    [InlineData(-3f)]
    public void AConstantMapShowsNothing(float value)
    {
        foreach (var sign in Enum.GetValues<Sign>())
        {
            var options = Regions(Map(2, 2, value, value, value, value), Cropped, 0) with { Sign = sign };
            var map = Map(2, 2, value, value, value, value);

            Assert.Equal(Wide.Pixels, Draw("overlay", map, Cropped, Wide, options).Pixels);
            Assert.All(Draw("heatmap", map, Cropped, Wide, options).Pixels, sample => Assert.Equal(0, sample));
            Assert.All(Draw("mask", map, Cropped, Wide, options).Pixels, sample => Assert.Equal(0, sample));
        }
    }

    [Fact]
    public void SignedMapsAreNeutralAtZero()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 3, 1), 3, 1);
        Assert.True(ColorMap.TryGet("coolwarm", out var colors));

        var heatmap = Draw("heatmap", Map(1, 3, -1, 0, 4), geometry, Plain(3, 1, 0, 0, 0), new RenderOptions { Sign = Sign.Both });

        Assert.Equal(Color(colors, 128), At(heatmap, 1, 0));
        Assert.Equal(Color(colors, 255), At(heatmap, 2, 0));
        Assert.True(At(heatmap, 0, 0).B > At(heatmap, 0, 0).R);
    }

    [Fact]
    public void ClippingSaturatesTheExtremes()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 5, 1), 5, 1);

        var heatmap = Draw(
            "heatmap",
            Map(1, 5, 0, 1, 2, 3, 100),
            geometry,
            Plain(5, 1, 0, 0, 0),
            new RenderOptions { ColorMap = "gray", Clip = new Clip(0, 75) }
        );

        Assert.Equal([0, 85, 170, 255, 255], Enumerable.Range(0, 5).Select(x => At(heatmap, x, 0).R));
    }

    [Fact]
    public void AFixedScaleGivesTheSameValueTheSameColourOnEveryMap()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 4, 1), 4, 1);
        int[] Shown(SaliencyMap map) =>
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(x =>
                        At(
                            Draw(
                                "heatmap",
                                map,
                                geometry,
                                Plain(4, 1, 0, 0, 0),
                                new RenderOptions { ColorMap = "gray", Clip = new Clip(0, 10, true) }
                            ),
                            x,
                            0
                        ).R
                    ),
            ];

        Assert.Equal([0, 51, 102, 255], Shown(Map(1, 4, -3, 2, 4, 20)));
        Assert.Equal([51, 51, 51, 51], Shown(Map(1, 4, 2, 2, 2, 2)));
    }

    [Fact]
    public void AFixedScaleOfASignedMapHasZeroInItsMiddle()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 3, 1), 3, 1);
        Assert.True(ColorMap.TryGet("coolwarm", out var colors));

        var heatmap = Draw(
            "heatmap",
            Map(1, 3, -2, 0, 1),
            geometry,
            Plain(3, 1, 0, 0, 0),
            new RenderOptions { Sign = Sign.Both, Clip = new Clip(-2, 2, true) }
        );

        Assert.Equal(
            [Color(colors, 0).R, Color(colors, 128).R, Color(colors, 191).R],
            Enumerable.Range(0, 3).Select(x => At(heatmap, x, 0).R)
        );
    }

    [Fact]
    public void AMaskIsWhereTheShareOfTheMaximumIsReached()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 4, 1), 4, 1);

        var map = Map(1, 4, -9, 1, 2, 4);

        var mask = Draw("mask", map, geometry, Plain(4, 1, 0, 0, 0), Regions(map, geometry, 0.5f));

        Assert.Equal([0, 0, 255, 255], Enumerable.Range(0, 4).Select(x => At(mask, x, 0).R));
    }

    [Fact]
    public void TheInputShowsItsLetterboxAndTheHeatOnIt()
    {
        var geometry = Geometry.Of(Spec(Fit.Pad, 8, 8), 100, 50);
        var options = new RenderOptions { Size = new RenderSize(RenderCanvas.Input), Alpha = 0 };

        var image = Draw("overlay", Map(1, 2, 0, 1), geometry, Plain(100, 50, 200, 200, 200), options);

        Assert.Equal((0, 0, 0), At(image, 3, 1));
        Assert.Equal((200, 200, 200), At(image, 3, 2));
        Assert.NotEqual((0, 0, 0), At(Draw("heatmap", Map(1, 2, 0, 1), geometry, image, options), 3, 1));
    }

    [Theory]
    [InlineData(Fit.Crop, 300, 120)]
    [InlineData(Fit.Crop, 120, 300)]
    [InlineData(Fit.Stretch, 300, 120)]
    [InlineData(Fit.Pad, 300, 120)]
    [InlineData(Fit.Pad, 120, 300)]
    public void APeakIsDrawnOverThePixelsItCameFrom(Fit fit, int width, int height)
    {
        var geometry = Geometry.Of(Spec(fit, 64, 64) with { ResizeTo = 80 }, width, height);
        var values = new float[64];
        values[3 * 8 + 4] = 1;
        var cell = geometry.FromMap(new Rect(4, 3, 1, 1), 8, 8);

        var heatmap = Draw(
            "heatmap",
            new SaliencyMap(8, 8, values, 1),
            geometry,
            Plain(width, height, 0, 0, 0),
            new RenderOptions { ColorMap = "gray" }
        );

        var hot = Enumerable.Range(0, width * height).Where(i => heatmap.Pixels[3 * i] > 200).ToArray();
        Assert.InRange(hot.Average(i => i % width + 0.5), cell.X + cell.Width / 2 - 1, cell.X + cell.Width / 2 + 1);
        Assert.InRange(hot.Average(i => i / width + 0.5), cell.Y + cell.Height / 2 - 1, cell.Y + cell.Height / 2 + 1);
    }

    [Fact]
    public void AnUnknownColourMapIsNamed()
    {
        var failure = Assert.Throws<ExplainException>(() =>
            Draw("overlay", Map(1, 2, 0, 1), Cropped, Wide, new RenderOptions { ColorMap = "mauve" })
        );

        Assert.Equal(ExplainError.InvalidParameter, failure.Error);
        Assert.Contains("turbo", failure.Errors["colormap"][0], StringComparison.Ordinal);
    }

    internal static RenderOptions Regions(SaliencyMap map, Geometry geometry, float share) =>
        new() { Regions = Boxes.Find(map, geometry, new RegionRule(RegionThreshold.Share(share))) };

    internal static SaliencyMap Map(int height, int width, params float[] values) => new(height, width, values, 1);

    private static (int R, int G, int B) Color(ColorMap colors, int entry)
    {
        var rgb = new byte[3];
        colors.Paint([(byte)entry], rgb);
        return (rgb[0], rgb[1], rgb[2]);
    }

    internal static RgbImage Draw(string name, SaliencyMap map, Geometry geometry, RgbImage original, RenderOptions options)
    {
        Assert.True(Renders.TryGet(name, out var render));
        return render(map, geometry, new Picture(original), options, TestContext.Current.CancellationToken).ToRgb();
    }
}
