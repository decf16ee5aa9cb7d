using System.Security.Cryptography;
using Explain.Engine.Images;

namespace Explain.Engine.Tests.Images;

public class ResamplerTests
{
    /// <summary>Digests of the bytes that PIL 9.4 gives.</summary>
    [Theory]
    [InlineData(13, 9, 5, 4, Interpolation.Nearest, "82541ed79d75870f")]
    [InlineData(13, 9, 5, 4, Interpolation.Bilinear, "728e5ba71bbad728")]
    [InlineData(13, 9, 5, 4, Interpolation.Bicubic, "8811eda493f61306")]
    [InlineData(13, 9, 5, 4, Interpolation.Lanczos, "927eaadb428770b8")]
    [InlineData(13, 9, 20, 17, Interpolation.Nearest, "0db4d661c8c28ab4")]
    [InlineData(13, 9, 20, 17, Interpolation.Bilinear, "1e5d639503a82393")]
    [InlineData(13, 9, 20, 17, Interpolation.Bicubic, "e452a363eebbf4c2")]
    [InlineData(13, 9, 20, 17, Interpolation.Lanczos, "9d16a94134427116")]
    [InlineData(64, 48, 7, 100, Interpolation.Nearest, "f34a7b0a77f9436e")]
    [InlineData(64, 48, 7, 100, Interpolation.Bilinear, "2d01f002a0c47bbf")]
    [InlineData(64, 48, 7, 100, Interpolation.Bicubic, "9c1259e5d168b440")]
    [InlineData(64, 48, 7, 100, Interpolation.Lanczos, "700ab5cefcca2859")]
    [InlineData(1, 1, 4, 3, Interpolation.Nearest, "8805931df8b05bcb")]
    [InlineData(1, 1, 4, 3, Interpolation.Bilinear, "8805931df8b05bcb")]
    [InlineData(1, 1, 4, 3, Interpolation.Bicubic, "8805931df8b05bcb")]
    [InlineData(1, 1, 4, 3, Interpolation.Lanczos, "8805931df8b05bcb")]
    [InlineData(300, 200, 224, 149, Interpolation.Nearest, "c94d89887628e2bc")]
    [InlineData(300, 200, 224, 149, Interpolation.Bilinear, "f566edfd285e990a")]
    [InlineData(300, 200, 224, 149, Interpolation.Bicubic, "d07576e122b7b12e")]
    [InlineData(300, 200, 224, 149, Interpolation.Lanczos, "bb10b1d7f2010064")]
    public void EveryByteIsTheOnePilGives(int width, int height, int newWidth, int newHeight, Interpolation interpolation, string digest)
    {
        var resized = Resampler.Resize(TestImages.Noise(width, height), newWidth, newHeight, interpolation);

        Assert.Equal(newWidth * newHeight * 3, resized.Pixels.Length);
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(resized.Pixels))[..16]);
    }

    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Lanczos)]
    public void APartEqualsTheSamePartOfTheWhole(Interpolation interpolation)
    {
        var image = TestImages.Noise(50, 41);
        var whole = Resampler.Resize(image, 33, 97, interpolation);
        var part = new byte[10 * 20 * 3];

        Resampler.Resize(image, (33, 7), (97, 60), 10, 20, interpolation, part, 30);

        for (var y = 0; y < 20; y++)
            Assert.Equal(whole.Pixels.AsSpan((y + 60) * 33 * 3 + 7 * 3, 30), part.AsSpan(y * 30, 30));
    }

    [Fact]
    public void OnePixelBecomesAPlainImage()
    {
        var resized = Resampler.Resize(TestImages.Plain(1, 1, 10, 20, 30), 7, 5, Interpolation.Bilinear);

        Assert.Equal(TestImages.Plain(7, 5, 10, 20, 30).Pixels, resized.Pixels);
    }

    [Fact]
    public void AThinStripIsResizedWithoutStoringItsScaledLength()
    {
        var strip = TestImages.Of(1, 60_000, (_, y) => (y < 30_000 ? 0 : 200, 0, 0));

        var resized = Resampler.Resize(strip, 8, 2, Interpolation.Bilinear);

        Assert.True(TestImages.At(resized, 7, 0).R < 50);
        Assert.True(TestImages.At(resized, 7, 1).R > 150);
    }
}
