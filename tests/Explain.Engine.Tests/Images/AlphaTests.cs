using Explain.Engine.Images;
using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <inheritdoc/>
public sealed class VipsAlphaTests() : AlphaTests(ImageCodecs.Of(ImageLibrary.Vips));

/// <inheritdoc/>
public sealed class ImageSharpAlphaTests() : AlphaTests(ImageCodecs.Of(ImageLibrary.ImageSharp));

/// <summary>What becomes of alpha.</summary>
public abstract class AlphaTests(IImageCodec codec)
{
    private const long Limit = 1_000_000;

    [Theory]
    [InlineData(AlphaMode.White, 233, 193, 173)]
    [InlineData(AlphaMode.Black, 80, 40, 20)]
    [InlineData(AlphaMode.Drop, 200, 100, 50)]
    public void AHalfTransparentColourIsWhatItsModeSays(AlphaMode mode, int r, int g, int b)
    {
        // 102 of 255 are two fifths.
        using var image = Samples(Repeat<byte>(16, 200, 100, 50, 102), 4, 4, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);
        foreach (var file in new[] { image.PngsaveBuffer(), image.TiffsaveBuffer(), image.WebpsaveBuffer(lossless: true, exact: true) })
        {
            var read = codec.Decode(file, Limit, mode, TestContext.Current.CancellationToken);
            AssertNear((r, g, b), At(read, 1, 2), 1);
        }
    }

    [Theory]
    [InlineData(AlphaMode.White, 255)]
    [InlineData(AlphaMode.Black, 0)]
    [InlineData(AlphaMode.Drop, 70)]
    public void AGreyThatCannotBeSeenIsWhatItsModeSays(AlphaMode mode, int expected)
    {
        using var image = Samples(Repeat<byte>(16, 70, 0), 4, 4, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);
        var read = codec.Decode(image.PngsaveBuffer(), Limit, mode, TestContext.Current.CancellationToken);
        Assert.Equal((expected, expected, expected), At(read, 0, 0));
    }

    [Theory]
    [InlineData(AlphaMode.White, 255)]
    [InlineData(AlphaMode.Black, 0)]
    [InlineData(AlphaMode.Drop, 10)]
    public void TheAlphaOfABitmapToo(AlphaMode mode, int expected)
    {
        byte[] masks = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255];
        var file = BmpBytes.Of(1, 1, 32, compression: 6, masks, [10, 20, 30, 0]);
        Assert.Equal(expected, At(codec.Decode(file, Limit, mode, TestContext.Current.CancellationToken), 0, 0).B);
    }
}
