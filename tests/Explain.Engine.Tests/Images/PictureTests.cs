using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using static Explain.Engine.Tests.Images.PreprocessorTests;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <summary>What is drawn, against drawing pixel by pixel, and how few colours are kept.</summary>
public class PictureTests
{
    private static readonly RgbImage Wide = Noise(301, 120);
    private static readonly Geometry Cropped = Geometry.Of(Spec(Fit.Crop, 32, 32) with { ResizeTo = 40 }, 301, 120);
    private static readonly Geometry Stretched = Geometry.Of(Spec(Fit.Stretch, 32, 32), 301, 120);

    private static readonly SaliencyMap Uneven = RenderTests.Map(4, 5, [.. Enumerable.Range(0, 20).Select(i => i * 7 % 20 - 4f)]);

    public static TheoryData<string, bool, Sign> Ways
    {
        get
        {
            var ways = new TheoryData<string, bool, Sign>();
            foreach (var colors in ColorMap.Names)
            {
                foreach (var whole in new[] { false, true })
                {
                    ways.Add(colors, whole, Sign.Positive);
                    ways.Add(colors, whole, Sign.Both);
                }
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void EveryPixelIsTheOneThatTheWholeMapGives(string colorMap, bool whole, Sign sign)
    {
        var geometry = whole ? Stretched : Cropped;
        var options = new RenderOptions
        {
            ColorMap = colorMap,
            Sign = sign,
            Alpha = 0.3f,
        };
        var colors = HeatPainter.Colors(options);
        var unit = HeatPainter.Unit(Uneven, options, colors)!;
        var seen = geometry.Region;
        var enlarged = new float[seen.Width * seen.Height];
        Upsample.Bilinear(unit, 4, 5, geometry.MapWindow(seen, 5, 4), enlarged, seen.Height, seen.Width);

        var heatmap = Drawn("heatmap", Uneven, geometry, options).ToRgb();
        var overlay = Drawn("overlay", Uneven, geometry, options).ToRgb();

        for (var y = 0; y < 120; y++)
        {
            for (var x = 0; x < 301; x++)
            {
                var inside = x >= seen.X && x < seen.X + seen.Width && y >= seen.Y && y < seen.Y + seen.Height;
                var value = inside ? enlarged[(y - seen.Y) * seen.Width + x - seen.X] : 0;
                var entry = (int)(Math.Clamp(value, 0, 1) * 255f + 0.5f);
                var color = inside ? Color(colors, entry) : (0, 0, 0);
                Assert.Equal(color, At(heatmap, x, y));
                Assert.Equal(inside ? Mixed(At(Wide, x, y), color) : At(Wide, x, y), At(overlay, x, y));
            }
        }
    }

    [Fact]
    public void FewColoursAreNumbered()
    {
        foreach (var render in new[] { "heatmap", "mask", "layer" })
            Assert.Equal(1, Drawn(render, Uneven, Stretched, new RenderOptions()).Channels);
        Assert.Equal(1, Drawn("heatmap", Uneven, Cropped, new RenderOptions { ColorMap = "gray" }).Channels);
    }

    // 256 colours and black are one too many.
    [Fact]
    public void AHeatmapOfAllColoursWithSomethingUnseenIsPaintedInFull()
    {
        var ramp = RenderTests.Map(1, 256, [.. Enumerable.Range(0, 256).Select(i => (float)i)]);
        var geometry = Geometry.Of(Spec(Fit.Crop, 256, 1) with { ResizeTo = 1 }, 300, 1);
        var row = Plain(300, 1, 0, 0, 0);

        var drawn = Renders.TryGet("heatmap", out var render)
            ? render(ramp, geometry, new Picture(row), new RenderOptions(), TestContext.Current.CancellationToken)
            : null;

        Assert.Equal(3, drawn!.Channels);
        Assert.Equal((0, 0, 0), At(drawn.ToRgb(), 0, 0));
        Assert.Equal(256, Enumerable.Range(22, 256).Select(x => At(drawn.ToRgb(), x, 0)).Distinct().Count());
    }

    [Theory]
    [InlineData(Sign.Positive, 0)]
    [InlineData(Sign.Both, 128)]
    public void ALayerIsMoreOpaqueTheLargerTheValueAndNothingWhereThereIsNone(Sign sign, int zero)
    {
        var options = new RenderOptions { Sign = sign, Alpha = 0.8f };
        var layer = Drawn("layer", Uneven, Cropped, options);

        var alpha = layer.Palette!.Alpha!;
        Assert.Equal(256, alpha.Length);
        Assert.Equal((0, 204), (alpha[zero], alpha[255]));
        for (var entry = 1; entry < 256; entry++)
            Assert.True(entry > zero ? alpha[entry] >= alpha[entry - 1] : alpha[entry] <= alpha[entry - 1], $"entry {entry}");
        Assert.Equal(HeatPainter.Colors(options).Rgb, layer.Palette.Rgb);
        var seen = Cropped.Region;
        for (var i = 0; i < layer.Samples.Length; i++)
        {
            if (i % 301 < seen.X || i % 301 >= seen.X + seen.Width)
                Assert.Equal(0, alpha[layer.Samples[i]]);
        }
        Assert.Contains(layer.Samples, entry => entry == 255);
    }

    [Fact]
    public void ALayerOfAConstantMapIsNothing()
    {
        var layer = Drawn("layer", RenderTests.Map(2, 2, 3, 3, 3, 3), Cropped, new RenderOptions());
        Assert.All(layer.Samples, entry => Assert.Equal(0, layer.Palette!.Alpha![entry]));
    }

    [Fact]
    public void WhatIsTransparentLiesOverBlackInRgb()
    {
        var layer = new Raster(3, 1, 1, [0, 1, 2], new Palette([200, 100, 50, 200, 100, 50, 255, 255, 255], [0, 128, 255]));
        Assert.Equal([0, 0, 0, 100, 50, 25, 255, 255, 255], layer.ToRgb().Pixels);
    }

    [Fact]
    public void SamplesThatAreNoColoursAreNotTakenForRgb() =>
        Assert.Throws<InvalidOperationException>(() => new Raster(1, 1, 4, [1, 2, 3, 4]).ToRgb());

    [Fact]
    public void WhoHasLeftIsNotDrawnFor()
    {
        using var left = new CancellationTokenSource();
        left.Cancel();
        foreach (var name in Renders.Names)
        {
            Assert.True(Renders.TryGet(name, out var render));
            Assert.ThrowsAny<OperationCanceledException>(() => render(Uneven, Cropped, new Picture(Wide), new RenderOptions(), left.Token));
        }
    }

    private static Raster Drawn(string name, SaliencyMap map, Geometry geometry, RenderOptions options)
    {
        Assert.True(Renders.TryGet(name, out var render));
        return render(map, geometry, new Picture(Wide), options, TestContext.Current.CancellationToken);
    }

    private static (int R, int G, int B) Color(ColorMap colors, int entry) =>
        (colors.Rgb[3 * entry], colors.Rgb[3 * entry + 1], colors.Rgb[3 * entry + 2]);

    // Alpha 0.3 is 77 of 256.
    private static (int R, int G, int B) Mixed((int R, int G, int B) bottom, (int R, int G, int B) top) =>
        (Mixed(bottom.R, top.R), Mixed(bottom.G, top.G), Mixed(bottom.B, top.B));

    private static int Mixed(int bottom, int top) => (bottom * 179 + top * 77 + 128) / 256;
}
