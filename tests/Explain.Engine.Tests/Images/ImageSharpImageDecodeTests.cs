using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <inheritdoc/>
public sealed class ImageSharpImageDecodeTests() : ImageDecodeTests(Managed)
{
    private static readonly IImageCodec Managed = ImageCodecs.Of(ImageLibrary.ImageSharp);

    [Fact]
    public void WhatItDoesNotReadIsRefusedByItsName()
    {
        using var image = Vips(Noise(50, 40));
        using var paper = Samples(Repeat<byte>(64, 0, 0, 0, 0), 8, 8, Enums.BandFormat.Uchar, Enums.Interpretation.Cmyk);
        using var lab = Samples(Repeat(16, 53.24f, 80.09f, 67.2f), 4, 4, Enums.BandFormat.Float, Enums.Interpretation.Lab);
        AssertRefused("an animated WebP", Frames(".webp[lossless=true]"));
        AssertRefused("a TIFF of tiles", image.TiffsaveBuffer(tile: true));
        AssertRefused("a TIFF of compression 8", image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate));
        AssertRefused("a TIFF of compression 7", image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg));
        AssertRefused("a TIFF of photometric interpretation 5", paper.TiffsaveBuffer());
        AssertRefused("a TIFF of photometric interpretation 8", lab.TiffsaveBuffer());
    }

    [Fact]
    public void ItHasNoLetters() => Assert.Null(Managed.Letters("tabby", 12));

    private static void AssertRefused(string kind, byte[] file)
    {
        var refusal = Refusals.Assert(Managed, ExplainError.UnsupportedMediaType, file);
        Assert.StartsWith($"The image is {kind}, which is not supported. Accepted are ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, Assert.Throws<ExplainException>(() => Managed.Measure(file, Refusals.MaxPixels)).Message);
    }
}
