using Explain.Engine.Images;
using static Explain.Engine.Tests.Images.PreprocessorTests;
using static Explain.Engine.Tests.Images.RenderTests;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <summary>Renders of regions: the mask, and the boxes on the picture.</summary>
public class RegionRenderTests
{
    private static readonly RgbImage Wide = Noise(90, 40);
    private static readonly Geometry Cropped = Geometry.Of(Spec(Fit.Crop, 32, 32) with { ResizeTo = 32 }, 90, 40);
    private static readonly Dictionary<(int, int, int), char> Letters = new()
    {
        [(0, 255, 0)] = 'G',
        [(0, 0, 0)] = 'K',
        [(9, 9, 9)] = '.',
    };

    [Theory]
    [InlineData("original")]
    [InlineData("input")]
    [InlineData("map")]
    [InlineData("40x60")]
    [InlineData("max:30")]
    public void AMaskFillsItsBox(string size)
    {
        Assert.True(RenderSize.TryParse(size, out var parsed));
        var map = Map(4, 4, 0, 0, 0, 0, 0, 0, 9, 0, 0, 9, 9, 0, 0, 0, 0, 0);
        var options = Regions(map, Cropped, 0.5f) with { Size = parsed };

        var mask = Draw("mask", map, Cropped, Wide, options);
        var boxes = Draw("boxes", map, Cropped, Plain(90, 40, 0, 0, 0), options);

        var white = Enumerable.Range(0, mask.Width * mask.Height).Where(i => mask.Pixels[3 * i] == 255).ToArray();
        var green = Enumerable
            .Range(0, mask.Width * mask.Height)
            .Where(i => At(boxes, i % mask.Width, i / mask.Width) == (0, 255, 0))
            .ToArray();
        Assert.Equal(Bounds(green, mask.Width), Bounds(white, mask.Width));
    }

    [Fact]
    public void BoxesAreOutlinedOnThePictureAndNothingElseChanges()
    {
        var geometry = Geometry.Of(Spec(Fit.Stretch, 8, 6), 8, 6);
        var map = Map(
            6,
            8,
            [.. new float[10], 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, .. new float[8]]
        );

        var picture = Plain(8, 6, 9, 9, 9);

        var image = Draw("boxes", map, geometry, picture, Regions(map, geometry, 0.5f));

        string Row(int y) => string.Concat(Enumerable.Range(0, 8).Select(x => Letters[At(image, x, y)]));
        string[] expected = ["........", "..GGGGG.", "..GKKKG.", "..GKKKG.", "..GGGGG.", "........"];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(Row));
        Assert.Equal(Plain(8, 6, 9, 9, 9).Pixels, picture.Pixels);
    }

    private static (int, int, int, int) Bounds(int[] pixels, int width) =>
        (pixels.Min(i => i % width), pixels.Min(i => i / width), pixels.Max(i => i % width), pixels.Max(i => i / width));
}
