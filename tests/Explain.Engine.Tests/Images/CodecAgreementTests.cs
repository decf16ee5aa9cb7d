using Explain.Engine.Images;
using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <summary>What both codecs make of one file.</summary>
public sealed class CodecAgreementTests
{
    private static readonly IImageCodec Managed = ImageCodecs.Of(ImageLibrary.ImageSharp);

    public static TheoryData<string, int> Files =>
        new()
        {
            { ".png", 0 },
            { ".png[palette=true]", 0 },
            { ".png[interlace=true]", 0 },
            { ".gif", 0 },
            { ".tif", 0 },
            { ".tif[compression=lzw,predictor=horizontal]", 0 },
            { ".tif[compression=packbits]", 0 },
            { ".webp[lossless=true]", 0 },
            { ".jpg[Q=90,subsample-mode=off]", 2 },
            { ".jpg[Q=90,subsample-mode=off,interlace=true]", 2 },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public void PixelsAreEqualWhereTheFormatDefinesThemAndNearInJpeg(string format, int levels)
    {
        using var image = Vips(Of(61, 47, (x, y) => (4 * x, 5 * y, 128 + 60 * (x / 20 % 2) - y)));

        AssertAlike(image.WriteToBuffer(format), AlphaMode.White, levels);
    }

    // Colours are rounded twice, grey once.
    [Fact]
    public void GreyJpegIsAlikeWithinALevel()
    {
        byte[] samples = [.. Enumerable.Range(0, 64 * 64).Select(n => (byte)(n * 5 + n / 64 * 3))];
        using var image = Samples(samples, 64, 64, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);

        AssertAlike(image.JpegsaveBuffer(q: 90), AlphaMode.White, 1);
    }

    [Theory]
    [InlineData(AlphaMode.White)]
    [InlineData(AlphaMode.Black)]
    [InlineData(AlphaMode.Drop)]
    public void AlphaIsAlikeWithinTheRoundingOfItsProduct(AlphaMode mode)
    {
        byte[] samples = [.. Enumerable.Range(0, 256).SelectMany(n => new[] { (byte)(255 - n), (byte)(n * 7), (byte)n, (byte)n })];
        using var image = Samples(samples, 16, 16, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);

        AssertAlike(image.PngsaveBuffer(), mode, mode == AlphaMode.Drop ? 0 : 1);
    }

    [Fact]
    public void SixteenBitsAreAlikeWithinALevel()
    {
        ushort[] samples = [.. Enumerable.Range(0, 256).Select(n => (ushort)(n * 257 + n % 7 * 31))];
        using var image = Samples(samples, 16, 16, Enums.BandFormat.Ushort, Enums.Interpretation.Grey16);

        AssertAlike(image.PngsaveBuffer(), AlphaMode.White, 1);
        AssertAlike(image.TiffsaveBuffer(), AlphaMode.White, 1);
    }

    [Theory]
    [InlineData(ImageFormat.Png, 0)]
    [InlineData(ImageFormat.Jpeg, 2)]
    public void WhatOneWritesTheOtherReads(ImageFormat format, int levels) =>
        AssertAlike(Managed.Encode(Noise(61, 47), format, TestContext.Current.CancellationToken), AlphaMode.White, levels);

    private static void AssertAlike(byte[] file, AlphaMode mode, int levels)
    {
        var expected = Codec.Decode(file, Refusals.MaxPixels, mode, TestContext.Current.CancellationToken);
        var actual = Managed.Decode(file, Refusals.MaxPixels, mode, TestContext.Current.CancellationToken);
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.InRange(expected.Pixels.Zip(actual.Pixels, (a, b) => Math.Abs(a - b)).Max(), 0, levels);
    }
}
