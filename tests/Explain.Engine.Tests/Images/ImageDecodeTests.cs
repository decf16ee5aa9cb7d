using Explain.Engine.Images;
using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public abstract class ImageDecodeTests(IImageCodec codec)
{
    private const long Limit = Refusals.MaxPixels;

    public static TheoryData<string> Lossless =>
        [
            ".png",
            ".png[palette=true]",
            ".png[interlace=true]",
            ".tif",
            ".tif[compression=lzw]",
            ".tif[bigtiff=true]",
            ".webp[lossless=true]",
            ".gif",
        ];

    [Theory]
    [MemberData(nameof(Lossless))]
    public void LosslessFormatsGiveTheirPixelsBack(string format)
    {
        var image = Of(40, 30, (x, y) => (x / 20 * 255, y / 15 * 255, 51));

        var decoded = codec.Decode(Vips(image).WriteToBuffer(format), Limit, TestContext.Current.CancellationToken);

        Assert.Equal((40, 30, false), (decoded.Width, decoded.Height, decoded.OrientationApplied));
        Assert.Equal(image.Pixels, decoded.Pixels);
    }

    [Theory]
    [InlineData(".jpg[Q=95]")]
    [InlineData(".jpg[Q=95,interlace=true]")]
    [InlineData(".webp[Q=95]")]
    public void LossyFormatsComeClose(string format)
    {
        var decoded = codec.Decode(Vips(Plain(33, 21, 200, 100, 50)).WriteToBuffer(format), Limit, TestContext.Current.CancellationToken);

        Assert.Equal((33, 21), (decoded.Width, decoded.Height));
        AssertNear((200, 100, 50), At(decoded, 16, 10), 4);
    }

    [Fact]
    public void OnlyTheFirstFrameIsRead() => AssertFirstFrame(".gif");

    [Fact]
    public void OnlyTheFirstPageOfATiffIsRead()
    {
        using var pages = Vips(Plain(20, 10, 255, 0, 0)).Join(Vips(Plain(20, 10, 0, 0, 255)), Enums.Direction.Vertical);
        using var document = pages.Mutate(image => image.Set(GValue.GIntType, "page-height", 10));

        Assert.Equal(
            Plain(20, 10, 255, 0, 0).Pixels,
            codec.Decode(document.WriteToBuffer(".tif"), Limit, TestContext.Current.CancellationToken).Pixels
        );
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".tif")]
    [InlineData(".jpg[Q=100]")]
    public void GreyBecomesThreeEqualChannels(string format)
    {
        using var grey = Samples(Repeat(64, (byte)77), 8, 8, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);

        Assert.Equal(
            Plain(8, 8, 77, 77, 77).Pixels,
            codec.Decode(grey.WriteToBuffer(format), Limit, TestContext.Current.CancellationToken).Pixels
        );
    }

    [Theory]
    [InlineData(".png[bitdepth=1]")]
    [InlineData(".tif[bitdepth=1]")]
    public void OneBitIsBlackAndWhite(string format)
    {
        using var bits = Samples<byte>([0, 255, 255, 0], 2, 2, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);

        var decoded = codec.Decode(bits.WriteToBuffer(format), Limit, TestContext.Current.CancellationToken);

        Assert.Equal([0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0], decoded.Pixels);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".tif")]
    public void SixteenBitsAreScaledNotClamped(string format)
    {
        using var grey = Samples(Repeat(16, (ushort)40000), 4, 4, Enums.BandFormat.Ushort, Enums.Interpretation.Grey16);
        using var color = Samples(
            Repeat(16, (ushort)40000, (ushort)65535, (ushort)0),
            4,
            4,
            Enums.BandFormat.Ushort,
            Enums.Interpretation.Rgb16
        );

        Assert.Equal((156, 156, 156), At(codec.Decode(grey.WriteToBuffer(format), Limit, TestContext.Current.CancellationToken), 1, 1));
        Assert.Equal((156, 255, 0), At(codec.Decode(color.WriteToBuffer(format), Limit, TestContext.Current.CancellationToken), 1, 1));
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".tif")]
    [InlineData(".webp[lossless=true,exact=true]")]
    public void AlphaLiesOverWhite(string format)
    {
        using var image = Samples<byte>(
            [0, 0, 0, 0, 200, 0, 0, 128, 10, 20, 30, 255, 0, 0, 0, 255],
            4,
            1,
            Enums.BandFormat.Uchar,
            Enums.Interpretation.Srgb
        );

        var decoded = codec.Decode(image.WriteToBuffer(format), Limit, TestContext.Current.CancellationToken);

        Assert.Equal((255, 255, 255), At(decoded, 0, 0));
        AssertNear((227, 127, 127), At(decoded, 1, 0), 1);
        Assert.Equal((10, 20, 30), At(decoded, 2, 0));
    }

    [Fact]
    public void SixteenBitAlphaLiesOverWhite()
    {
        using var color = Samples(
            Repeat(4, (ushort)0, (ushort)0, (ushort)0, (ushort)32768),
            2,
            2,
            Enums.BandFormat.Ushort,
            Enums.Interpretation.Rgb16
        );
        using var grey = Samples(Repeat(4, (ushort)0, (ushort)32768), 2, 2, Enums.BandFormat.Ushort, Enums.Interpretation.Grey16);

        AssertNear((127, 127, 127), At(codec.Decode(color.PngsaveBuffer(), Limit, TestContext.Current.CancellationToken), 0, 0), 1);
        AssertNear((127, 127, 127), At(codec.Decode(grey.PngsaveBuffer(), Limit, TestContext.Current.CancellationToken), 0, 0), 1);
    }

    [Fact]
    public void CmykBecomesRgb()
    {
        using var paper = Samples(Repeat<byte>(64, 0, 0, 0, 0), 8, 8, Enums.BandFormat.Uchar, Enums.Interpretation.Cmyk);
        using var cyan = Samples(Repeat<byte>(64, 255, 0, 0, 0), 8, 8, Enums.BandFormat.Uchar, Enums.Interpretation.Cmyk);

        AssertNear((255, 255, 255), At(codec.Decode(paper.JpegsaveBuffer(q: 100), Limit, TestContext.Current.CancellationToken), 4, 4), 6);
        var (r, g, b) = At(codec.Decode(cyan.JpegsaveBuffer(q: 100), Limit, TestContext.Current.CancellationToken), 4, 4);
        Assert.True(r < 60 && g > 120 && b > 180, $"{r}, {g}, {b}");
    }

    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void EveryExifOrientationIsMadeUpright(int orientation, string corners)
    {
        using var stored = Vips(Of(32, 16, (x, y) => Corner("RGBW"[x / 16 + 2 * (y / 8)])));
        using var tagged = stored.Mutate(image => image.Set(GValue.GIntType, "orientation", orientation));

        var decoded = codec.Decode(
            tagged.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off),
            Limit,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(orientation >= 5 ? (16, 32) : (32, 16), (decoded.Width, decoded.Height));
        Assert.Equal(orientation != 1, decoded.OrientationApplied);
        for (var i = 0; i < 4; i++)
        {
            var (x, y) = (decoded.Width * (1 + 2 * (i % 2)) / 4, decoded.Height * (1 + 2 * (i / 2)) / 4);
            AssertNear(Corner(corners[i]), At(decoded, x, y), 12);
        }
    }

    protected void AssertFirstFrame(string format)
    {
        var decoded = codec.Decode(Frames(format), Limit, TestContext.Current.CancellationToken);

        Assert.Equal(Plain(20, 10, 255, 0, 0).Pixels, decoded.Pixels);
    }

    protected static byte[] Frames(string format)
    {
        using var frames = Vips(Plain(20, 10, 255, 0, 0)).Join(Vips(Plain(20, 10, 0, 0, 255)), Enums.Direction.Vertical);
        using var animation = frames.Mutate(image => image.Set(GValue.GIntType, "page-height", 10));
        return animation.WriteToBuffer(format);
    }

    private static (int R, int G, int B) Corner(char color) =>
        color switch
        {
            'R' => (255, 0, 0),
            'G' => (0, 255, 0),
            'B' => (0, 0, 255),
            _ => (255, 255, 255),
        };
}
