using Explain.Engine.Images;
using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public class PngEncoderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int>();
            // One pixel, odd sides, one row, one column, several strips with and without a rest, rows longer than a strip.
            foreach (var (width, height) in new[] { (1, 1), (7, 5), (1, 999), (999, 1), (300, 601), (259, 1000), (65_535, 4), (1, 65_535) })
            {
                for (var channels = 1; channels <= 4; channels++)
                    shapes.Add(width, height, channels);
            }
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TwoDecodersGiveEveryByteBack(int width, int height, int channels)
    {
        foreach (var noisy in new[] { false, true })
        {
            var image = new Raster(width, height, channels, Pixels(width * height * channels, noisy));
            var file = PngEncoder.Encode(image, Token);

            Assert.Equal(image.Samples, PngReading.Read(file).Samples);
            using var read = Image.NewFromBuffer(file);
            Assert.Equal((width, height, channels), (read.Width, read.Height, read.Bands));
            Assert.Equal(image.Samples, read.WriteToMemory<byte>());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(13, 7)]
    [InlineData(700, 900)]
    public void NumbersOfColoursComeBackWithTheirColoursAndTheirAlpha(int width, int height)
    {
        foreach (var (colors, noisy) in new[] { (1, false), (2, true), (255, false), (256, true) })
        {
            var numbers = Array.ConvertAll(Pixels(width * height, noisy), value => (byte)(value % colors));
            byte[] rgb = [.. Enumerable.Range(0, 3 * colors).Select(i => (byte)(i * 7))];
            byte[] alpha = [.. Enumerable.Range(0, colors).Select(i => (byte)(255 - i))];
            foreach (var transparent in new[] { false, true })
            {
                var file = PngEncoder.Encode(new Raster(width, height, 1, numbers, new Palette(rgb, transparent ? alpha : null)), Token);

                var read = PngReading.Read(file);
                Assert.Equal(numbers, read.Samples);
                Assert.Equal(rgb, read.Palette!.Rgb);
                Assert.Equal(transparent ? alpha : null, read.Palette.Alpha);
                using var shown = Image.NewFromBuffer(file);
                byte[] expected =
                [
                    .. numbers.SelectMany(n =>
                        transparent ? [rgb[3 * n], rgb[3 * n + 1], rgb[3 * n + 2], alpha[n]] : rgb[(3 * n)..(3 * n + 3)]
                    ),
                ];
                Assert.Equal(expected, shown.WriteToMemory<byte>());
            }
        }
    }

    [Fact]
    public void NoiseGrowsByNextToNothingAndOneColourTakesNearlyNothing()
    {
        var size = 1000 * 900 * 3;
        Assert.InRange(PngEncoder.Encode(new Raster(1000, 900, 3, Pixels(size, true)), Token).Length, size, size + size / 500);
        Assert.InRange(PngEncoder.Encode(new Raster(1000, 900, 3, new byte[size]), Token).Length, 1, size / 100);
    }

    [Fact]
    public void TheSamePixelsAreTheSameBytes()
    {
        var image = Raster.Of(Noise(300, 601));
        Assert.Equal(PngEncoder.Encode(image, Token), PngEncoder.Encode(image, Token));
    }

    [Fact]
    public void WhoHasLeftGetsNothing()
    {
        using var left = new CancellationTokenSource();
        left.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => PngEncoder.Encode(Raster.Of(Noise(300, 601)), left.Token));
    }

    private static byte[] Pixels(int count, bool noisy)
    {
        var pixels = new byte[count];
        if (noisy)
            new Random(1).NextBytes(pixels);
        for (var i = 0; !noisy && i < count; i++)
            pixels[i] = (byte)(i / 100 % 3 == 0 ? i : i / 700);
        return pixels;
    }
}
