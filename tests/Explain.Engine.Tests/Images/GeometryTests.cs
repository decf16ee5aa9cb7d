using CsCheck;
using Explain.Engine.Images;
using static Explain.Engine.Tests.Images.PreprocessorTests;

namespace Explain.Engine.Tests.Images;

public class GeometryTests
{
    private static readonly Gen<Geometry> Any =
        from fit in Gen.Enum<Fit>()
        from image in Gen.Select(Gen.Int[1, 3000], Gen.Int[1, 3000])
        from input in Gen.Select(Gen.Int[1, 400], Gen.Int[1, 400])
        from more in Gen.Int[0, 50]
        select Geometry.Of(
            Spec(fit, input.Item1, input.Item2) with
            {
                ResizeTo = Math.Min(input.Item1, input.Item2) + more,
            },
            image.Item1,
            image.Item2
        );

    [Fact]
    public void TheContentOfTheInputIsWhatWasSeen() =>
        Any.ForAll(
            geometry =>
            {
                var back = geometry.FromInput(geometry.Content);

                Assert.Equal(geometry.Seen.X, back.X, 1e-9);
                Assert.Equal(geometry.Seen.Y, back.Y, 1e-9);
                Assert.Equal(geometry.Seen.Width, back.Width, 1e-9);
                Assert.Equal(geometry.Seen.Height, back.Height, 1e-9);
            },
            draws: 1000
        );

    [Fact]
    public void WhatWasSeenLiesOnTheImage() =>
        Any.ForAll(
            geometry =>
            {
                Assert.InRange(geometry.Seen.X, 0, geometry.ImageWidth);
                Assert.InRange(geometry.Seen.Y, 0, geometry.ImageHeight);
                Assert.InRange(geometry.Seen.X + geometry.Seen.Width, 0, geometry.ImageWidth + 1e-6);
                Assert.InRange(geometry.Seen.Y + geometry.Seen.Height, 0, geometry.ImageHeight + 1e-6);
                var region = geometry.Region;
                Assert.True(region is { X: >= 0, Y: >= 0, Width: >= 1, Height: >= 1 });
                Assert.True(region.X + region.Width <= geometry.ImageWidth && region.Y + region.Height <= geometry.ImageHeight);
            },
            draws: 1000
        );

    [Fact]
    public void TheMapOverARegionIsTheInverseOfTheRegionUnderTheMap() =>
        Any.ForAll(
            geometry =>
            {
                var window = geometry.MapWindow(geometry.Region, 13, 7);
                var unclipped = geometry with { Seen = geometry.Seen };
                var back = unclipped.FromMap(new Rect(window.X, window.Y, window.Width, window.Height), 13, 7);

                Assert.InRange(back.X, geometry.Region.X - 1e-6, geometry.Region.X + 0.51);
                Assert.InRange(back.Y, geometry.Region.Y - 1e-6, geometry.Region.Y + 0.51);
            },
            draws: 1000
        );

    [Fact]
    public void AMapCellOfACroppedImageIsItsShareOfTheSeenSquare()
    {
        var geometry = Geometry.Of(Spec(Fit.Crop, 100, 100) with { ResizeTo = 100 }, 400, 200);

        Assert.Equal(new Rect(100, 0, 200, 200), geometry.Seen);
        Assert.Equal(new Rect(150, 100, 50, 50), geometry.FromMap(new Rect(1, 2, 1, 1), 4, 4));
    }

    [Fact]
    public void WhatLiesOnALetterboxBarIsCutAway()
    {
        var geometry = Geometry.Of(Spec(Fit.Pad, 100, 100), 400, 200);

        Assert.Equal(new Rect(0, 0, 400, 100), geometry.FromInput(new Rect(0, 0, 100, 50)));
        Assert.True(geometry.FromInput(new Rect(0, 0, 100, 20)).Height <= 0);
    }
}
