using System.Text;
using Explain.Engine.Images;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <inheritdoc/>
public sealed class VipsImageEncodeTests() : ImageEncodeTests(ImageCodecs.Of(ImageLibrary.Vips));

/// <inheritdoc/>
public sealed class ImageSharpImageEncodeTests() : ImageEncodeTests(ImageCodecs.Of(ImageLibrary.ImageSharp));

public abstract class ImageEncodeTests(IImageCodec codec)
{
    [Fact]
    public void PngGivesEveryByteBack()
    {
        var image = Noise(61, 47);

        Assert.Equal(
            image.Pixels,
            codec
                .Decode(
                    codec.Encode(image, ImageFormat.Png, TestContext.Current.CancellationToken),
                    Refusals.MaxPixels,
                    TestContext.Current.CancellationToken
                )
                .Pixels
        );
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void LossyFormatsComeClose(ImageFormat format)
    {
        var decoded = codec.Decode(
            codec.Encode(Plain(30, 20, 90, 160, 40), format, TestContext.Current.CancellationToken),
            Refusals.MaxPixels,
            TestContext.Current.CancellationToken
        );

        AssertNear((90, 160, 40), At(decoded, 15, 10), 4);
    }

    [Theory]
    [InlineData(ImageFormat.Png, "PNG")]
    [InlineData(ImageFormat.Jpeg, "\u00FF\u00D8\u00FF")]
    [InlineData(ImageFormat.Webp, "WEBP")]
    public void FilesAreWhatTheySayAndHoldNoMetadata(ImageFormat format, string mark)
    {
        var text = Encoding.Latin1.GetString(codec.Encode(Noise(16, 16), format, TestContext.Current.CancellationToken));

        Assert.Contains(mark, text[..16], StringComparison.Ordinal);
        foreach (var metadata in new[] { "Exif", "eXIf", "ICC_PROFILE", "iCCP", "http://ns.adobe.com" })
            Assert.DoesNotContain(metadata, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyRequestsAtOnceGetTheSameBytes()
    {
        var file = codec.Encode(Noise(300, 200), ImageFormat.Jpeg, TestContext.Current.CancellationToken);
        var expected = codec.Decode(file, Refusals.MaxPixels, TestContext.Current.CancellationToken).Pixels;

        var decoded = await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(_ => Task.Run(() => codec.Decode(file, Refusals.MaxPixels, TestContext.Current.CancellationToken).Pixels))
        );

        Assert.All(decoded, pixels => Assert.Equal(expected, pixels));
    }
}
