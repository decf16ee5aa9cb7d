using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using NetVips;

namespace Explain.Engine.Tests.Images;

/// <inheritdoc/>
public sealed class ImageSharpTiffTests() : TiffTests(ImageCodecs.Of(ImageLibrary.ImageSharp));

/// <inheritdoc/>
public sealed class VipsTiffTests() : TiffTests(TestImages.Codec)
{
    [Theory]
    [InlineData(Enums.ForeignTiffCompression.Lzw, true)]
    [InlineData(Enums.ForeignTiffCompression.Deflate, true)]
    [InlineData(Enums.ForeignTiffCompression.Deflate, false)]
    public void DamageInTilesAndInDeflateToo(Enums.ForeignTiffCompression compression, bool tiles) =>
        AssertNoOtherPixels(compression, tiles);

    [Theory]
    [InlineData(Enums.ForeignTiffCompression.None, true)]
    [InlineData(Enums.ForeignTiffCompression.Lzw, true)]
    [InlineData(Enums.ForeignTiffCompression.Deflate, true)]
    [InlineData(Enums.ForeignTiffCompression.Deflate, false)]
    [InlineData(Enums.ForeignTiffCompression.Packbits, true)]
    public void PixelsOfTilesAndOfDeflateToo(Enums.ForeignTiffCompression compression, bool tiles) => AssertPixels(compression, tiles);

    [Fact]
    public void DamageFromTheWildIsSeen()
    {
        Assert.SkipUnless(SharedData.Root is not null, SharedData.Missing);
        Refusals.Assert(
            TestImages.Codec,
            ExplainError.ImageCorrupt,
            File.ReadAllBytes(SharedData.Path("cases", "pictures", "tiled-lzw-noise.tif"))
        );
    }
}
