using System.Buffers.Binary;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using NetVips;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <summary>TIFF is many formats: each is read right, or refused by its name.</summary>
public abstract class TiffTests(IImageCodec codec)
{
    // csharpier-ignore
    public static TheoryData<string, bool, int[], string> Unsupported => new()
    {
        { "old-style JPEG", false, [259, 6], "compression 6 (old-style JPEG)" },
        { "Zstandard", true, [259, 50000], "compression 50000" },
        { "YCbCr without JPEG", false, [262, 6], "YCbCr samples that are not JPEG" },
        { "YCbCr in LZW", true, [262, 6, 259, 5], "YCbCr samples that are not JPEG" },
        { "Lab of 8 bits", false, [262, 8], "8-bit Lab samples" },
        { "a raw sensor", false, [262, 32803], "photometric interpretation 32803" },
        { "real numbers", true, [339, 3, 258, 32], "floating-point samples" },
        { "half-precision numbers", false, [339, 3, 258, 16], "floating-point samples" },
        { "signed numbers", false, [339, 2], "signed samples" },
        { "12 bits", true, [258, 12], "12-bit samples" },
        { "32 bits", false, [258, 32], "32-bit samples" },
    };

    [Theory, MemberData(nameof(Unsupported))]
    public void KindsThatAreNotReadAreRefusedByTheirNames(string what, bool bigEndian, int[] tags, string expected)
    {
        var refusal = Refusals.Assert(codec, ExplainError.UnsupportedMediaType, Written(bigEndian, tags));
        Assert.True(
            refusal.Message.StartsWith(
                $"The image is a TIFF of {expected}, which is not supported. Accepted are ",
                StringComparison.Ordinal
            ),
            $"{what}: {refusal.Message}"
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsReadIsReadInBothByteOrders(bool bigEndian)
    {
        var image = codec.Decode(Written(bigEndian, []), Refusals.MaxPixels, TestContext.Current.CancellationToken);
        Assert.Equal((4, 4), (image.Width, image.Height));
        Assert.Equal(Enumerable.Range(0, 48).Select(n => (byte)(5 * n)), image.Pixels);
    }

    [Fact]
    public void DamageThatTheDecoderSeesIsNeverAnsweredWithOtherPixels() =>
        AssertNoOtherPixels(Enums.ForeignTiffCompression.Lzw, tiles: false);

    protected void AssertNoOtherPixels(Enums.ForeignTiffCompression compression, bool tiles)
    {
        using var image = Vips(Noise(150, 130));
        var file = image.TiffsaveBuffer(compression: compression, tile: tiles, tileWidth: 64, tileHeight: 64);
        var refused = 0;
        for (var at = 1; at < 10; at++)
        {
            var damaged = file.ToArray();
            // A run of ones is no code of either.
            damaged.AsSpan(damaged.Length * at / 10, 24).Fill(0xff);
            try
            {
                var read = codec.Decode(damaged, Refusals.MaxPixels, TestContext.Current.CancellationToken);
                // What is left over of a strip or a tile is black or of another: noise has neither.
                Assert.True(Longest(read.Pixels, 0) < 40, $"black at {at}");
            }
            catch (ExplainException e) when (e.Error is ExplainError.ImageCorrupt or ExplainError.UnsupportedMediaType)
            {
                refused++;
            }
        }
        Assert.True(refused > 0, "nothing was refused");
    }

    [Theory]
    [InlineData(Enums.ForeignTiffCompression.None)]
    [InlineData(Enums.ForeignTiffCompression.Lzw)]
    [InlineData(Enums.ForeignTiffCompression.Packbits)]
    public void PixelsOfTheUsualKindsAreTheVeryOnes(Enums.ForeignTiffCompression compression) => AssertPixels(compression, tiles: false);

    protected void AssertPixels(Enums.ForeignTiffCompression compression, bool tiles)
    {
        var expected = Noise(50, 40);
        using var image = Vips(expected);
        foreach (var big in new[] { true, false })
        {
            var file = image.TiffsaveBuffer(compression: compression, tile: tiles, bigtiff: big);
            Assert.Equal(expected.Pixels, codec.Decode(file, Refusals.MaxPixels, TestContext.Current.CancellationToken).Pixels);
        }
    }

    [Theory]
    [InlineData("ojpeg-tile.tif")]
    [InlineData("ycbcr-lzw-bt709.tif")]
    [InlineData("float.tif")]
    [InlineData("lab.tif")]
    [InlineData("12bit.tif")]
    public void FilesFromTheWildAreRefusedForWhatTheyAre(string file)
    {
        Assert.SkipUnless(SharedData.Root is not null, SharedData.Missing);
        Refusals.Assert(codec, ExplainError.UnsupportedMediaType, File.ReadAllBytes(SharedData.Path("cases", "pictures", file)));
    }

    [Theory]
    [InlineData("HEIC", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [InlineData("HEIF", "\0\0\0\u0018ftypmif1\0\0\0\0")]
    [InlineData("AVIF", "\0\0\0\u001cftypavif\0\0\0\0")]
    [InlineData("JPEG XL", "\u00ff\u000a\u0001\u0002")]
    [InlineData("JPEG XL", "\0\0\0\u000cJXL \r\n\u0087\n")]
    [InlineData("JPEG 2000", "\0\0\0\u000cjP  \r\n\u0087\n")]
    [InlineData("ICO", "\0\0\u0001\0\u0002\0\u0010\u0010")]
    [InlineData("PSD", "8BPS\0\u0001")]
    [InlineData("PDF", "%PDF-1.7")]
    [InlineData("SVG", "\n <svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("SVG", "<?xml version='1.0'?><svg/>")]
    [InlineData("Netpbm", "P6 1 1 255 abc")]
    public void FormatsThatAreNotReadAreNamed(string name, string file)
    {
        var refusal = Refusals.Assert(codec, ExplainError.UnsupportedMediaType, System.Text.Encoding.Latin1.GetBytes(file));
        Assert.Equal($"The image is {name}, which is not supported. Accepted are JPEG, PNG, WebP, GIF, BMP or TIFF.", refusal.Message);
    }

    // RGB of 4 × 4 pixels, uncompressed, with other values of some tags.
    private static byte[] Written(bool bigEndian, int[] changes)
    {
        var tags = new SortedDictionary<int, int>
        {
            [256] = 4,
            [257] = 4,
            [258] = 8,
            [259] = 1,
            [262] = 2,
            [273] = 0,
            [277] = 3,
            [278] = 4,
            [279] = 48,
            [339] = 1,
        };
        for (var n = 0; n < changes.Length; n += 2)
            tags[changes[n]] = changes[n + 1];
        var samples = 8 + 2 + 12 * tags.Count + 4;
        var file = new byte[samples + 12 + 48];
        (file[0], file[1]) = bigEndian ? ((byte)'M', (byte)'M') : ((byte)'I', (byte)'I');
        Short(2, 42);
        Long(4, 8);
        Short(8, tags.Count);
        foreach (var (n, (tag, value)) in tags.Index())
        {
            var at = 10 + 12 * n;
            // Bits and formats of three samples do not fit into the entry.
            var each = tag is 258 or 339;
            Short(at, tag);
            Short(at + 2, tag is 273 or 279 ? 4 : 3);
            Long(at + 4, each ? 3 : 1);
            if (each)
            {
                var place = samples + (tag == 258 ? 0 : 6);
                Long(at + 8, place);
                for (var sample = 0; sample < 3; sample++)
                    Short(place + 2 * sample, value);
            }
            else if (tag is 273 or 279)
            {
                Long(at + 8, tag == 273 ? samples + 12 : value);
            }
            else
            {
                Short(at + 8, value);
            }
        }
        for (var n = 0; n < 48; n++)
            file[samples + 12 + n] = (byte)(5 * n);
        return file;

        void Short(int at, int value)
        {
            if (bigEndian)
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at), (ushort)value);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
        }

        void Long(int at, int value)
        {
            if (bigEndian)
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), value);
            else
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }
    }

    private static int Longest(ReadOnlySpan<byte> pixels, byte value)
    {
        var (longest, run) = (0, 0);
        foreach (var pixel in pixels)
        {
            run = pixel == value ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest;
    }
}
