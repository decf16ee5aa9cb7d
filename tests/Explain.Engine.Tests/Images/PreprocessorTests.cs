using System.Security.Cryptography;
using Explain.Engine.Images;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public class PreprocessorTests
{
    /// <summary>Digests of PIL's bilinear resize, cut by torchvision's arithmetic.</summary>
    [Theory]
    [InlineData(300, 200, 256, 224, 224, "2f2c0e380721eac1")]
    [InlineData(200, 301, 256, 224, 224, "cfdac3703aa92702")]
    [InlineData(101, 77, 40, 33, 24, "d45918bb7c12b1d7")]
    [InlineData(50, 50, 35, 32, 32, "5761f6c5ee6d2b63")]
    public void ACropEqualsTorchvisionsInEveryByte(int width, int height, int resizeTo, int cropWidth, int cropHeight, string digest)
    {
        var spec = Spec(Fit.Crop, cropWidth, cropHeight) with { ResizeTo = resizeTo, Scale = 1, Layout = TensorLayout.Nhwc };

        var bytes = Array.ConvertAll(Preprocessor.Prepare(Noise(width, height), spec).Tensor, value => (byte)value);

        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    [Theory]
    [InlineData(Fit.Crop, 400, 100)]
    [InlineData(Fit.Crop, 100, 400)]
    [InlineData(Fit.Crop, 37, 37)]
    [InlineData(Fit.Stretch, 400, 100)]
    [InlineData(Fit.Stretch, 100, 400)]
    [InlineData(Fit.Pad, 400, 100)]
    [InlineData(Fit.Pad, 100, 400)]
    public void AMarkedPixelLandsWhereTheGeometrySays(Fit fit, int width, int height)
    {
        var (markX, markY) = (width / 2 + 10, height / 2 - 7);
        var image = Of(width, height, (x, y) => x == markX && y == markY ? (255, 255, 255) : (0, 0, 0));

        var prepared = Preprocessor.Prepare(image, Spec(fit, 64, 48));

        var brightest = Array.IndexOf(prepared.Tensor, prepared.Tensor.Max());
        var back = prepared.Geometry.FromInput(new Rect(brightest % 64 + 0.5, brightest / 64 + 0.5, 0, 0));
        var tolerance = Math.Max((double)width / 64, (double)height / 48) / 2 + 0.51;
        Assert.InRange(back.X, markX + 0.5 - tolerance, markX + 0.5 + tolerance);
        Assert.InRange(back.Y, markY + 0.5 - tolerance, markY + 0.5 + tolerance);
    }

    [Fact]
    public void AnImageOfTheInputsSizeIsTakenAsItIs()
    {
        var image = Noise(64, 48);

        var prepared = Preprocessor.Prepare(image, Spec(Fit.Crop, 64, 48) with { ResizeTo = 80, Scale = 1, Layout = TensorLayout.Nhwc });

        Assert.Equal(image.Pixels, Array.ConvertAll(prepared.Tensor, value => (byte)value));
        Assert.Equal(new Rect(0, 0, 64, 48), prepared.Geometry.Seen);
    }

    [Fact]
    public void ACropSeesTheCentreOnly()
    {
        var geometry = Preprocessor.Prepare(Noise(1200, 800), Spec(Fit.Crop, 224, 224) with { ResizeTo = 256 }).Geometry;

        Assert.Equal(new Rect(250, 50, 700, 700), geometry.Seen);
        Assert.Equal(new PixelRect(250, 50, 700, 700), geometry.Region);
        Assert.Equal(new Rect(0, 0, 224, 224), geometry.Content);
        Assert.Equal(geometry.Seen, geometry.Input);
    }

    [Fact]
    public void ALetterboxShowsBlackBarsAndSeesAll()
    {
        var prepared = Preprocessor.Prepare(Plain(100, 50, 255, 255, 255), Spec(Fit.Pad, 8, 8));

        Assert.Equal(new Rect(0, 2, 8, 4), prepared.Geometry.Content);
        Assert.Equal(new Rect(0, 0, 100, 50), prepared.Geometry.Seen);
        Assert.Equal(new Rect(0, -25, 100, 100), prepared.Geometry.Input);
        Assert.Equal([0, 0, 1, 1, 1, 1, 0, 0], Enumerable.Range(0, 8).Select(y => prepared.Tensor[y * 8 + 3]));
    }

    [Fact]
    public void ACropLargerThanTheResizedImageIsFilledWithBlack()
    {
        var prepared = Preprocessor.Prepare(Plain(20, 20, 255, 255, 255), Spec(Fit.Crop, 16, 8) with { ResizeTo = 8 });

        Assert.Equal(new Rect(4, 0, 8, 8), prepared.Geometry.Content);
        Assert.Equal(new Rect(0, 0, 20, 20), prepared.Geometry.Seen);
        Assert.Equal((0f, 1f), (prepared.Tensor[3], prepared.Tensor[4]));
    }

    [Theory]
    [InlineData(TensorLayout.Nchw, ColorOrder.Rgb, new[] { 1f, 1f, 2f, 2f, 3f, 3f })]
    [InlineData(TensorLayout.Nchw, ColorOrder.Bgr, new[] { 3f, 3f, 2f, 2f, 1f, 1f })]
    [InlineData(TensorLayout.Nhwc, ColorOrder.Rgb, new[] { 1f, 2f, 3f, 1f, 2f, 3f })]
    [InlineData(TensorLayout.Nhwc, ColorOrder.Bgr, new[] { 3f, 2f, 1f, 3f, 2f, 1f })]
    public void ChannelsAreOrderedAndLaidOut(TensorLayout layout, ColorOrder color, float[] expected)
    {
        var spec = Spec(Fit.Stretch, 2, 1) with { Layout = layout, Color = color, Scale = 0.1f };

        Assert.Equal(expected, Preprocessor.Prepare(Plain(2, 1, 10, 20, 30), spec).Tensor.Select(value => MathF.Round(value, 3)));
    }

    [Fact]
    public void MeanAndStdAreThoseOfTheTensorsChannel()
    {
        var spec = Spec(Fit.Stretch, 1, 1) with { Color = ColorOrder.Bgr, Scale = 1, Mean = [10, 20, 30], Std = [1, 2, 4] };

        Assert.Equal([40, 10, -5], Preprocessor.Prepare(Plain(1, 1, 10, 40, 50), spec).Tensor);
    }

    [Fact]
    public void GreyHasOneChannelOfLuma()
    {
        var spec = Spec(Fit.Stretch, 2, 2) with { Color = ColorOrder.Gray, Scale = 1, Mean = [0], Std = [2] };

        var tensor = Preprocessor.Prepare(Plain(5, 5, 255, 0, 0), spec).Tensor;

        Assert.Equal(4, tensor.Length);
        Assert.Equal(0.299f * 255 / 2, tensor[0], 3);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 60_000)]
    [InlineData(60_000, 1)]
    public void AnyShapeCanBePrepared(int width, int height)
    {
        foreach (var fit in Enum.GetValues<Fit>())
        {
            var prepared = Preprocessor.Prepare(Plain(width, height, 255, 255, 255), Spec(fit, 64, 48) with { ResizeTo = 80 });

            Assert.Contains(1f, prepared.Tensor);
            Assert.InRange(prepared.Geometry.Region.Width, 1, width);
            Assert.InRange(prepared.Geometry.Region.Height, 1, height);
        }
    }

    internal static InputSpec Spec(Fit fit, int width, int height) =>
        new()
        {
            Name = "x",
            Width = width,
            Height = height,
            Fit = fit,
        };
}
