using System.Buffers.Binary;
using System.Text;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

/// <inheritdoc/>
public sealed class VipsImageRefusalTests() : ImageRefusalTests(ImageCodecs.Of(ImageLibrary.Vips));

/// <inheritdoc/>
public sealed class ImageSharpImageRefusalTests() : ImageRefusalTests(ImageCodecs.Of(ImageLibrary.ImageSharp));

public abstract class ImageRefusalTests(IImageCodec codec)
{
    [Theory]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("BM is how this sentence begins")]
    [InlineData("hello, this is no image")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='10' height='10'/></svg>")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>")]
    [InlineData("%PDF-1.4\n%")]
    [InlineData("P6 1 1 255 abc")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [InlineData("RIFF\u0004\0\0\0WAVE")]
    public void WhatIsNoAcceptedFormatIsNamedSo(string file)
    {
        var refusal = Refusals.Assert(codec, ExplainError.UnsupportedMediaType, Encoding.Latin1.GetBytes(file));

        Assert.Contains("JPEG, PNG, WebP, GIF, BMP or TIFF", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".jpg", 0.5)]
    [InlineData(".jpg", 0.95)]
    [InlineData(".jpg[interlace=true]", 0.5)]
    [InlineData(".png", 0.5)]
    [InlineData(".png", 0.95)]
    [InlineData(".png[interlace=true]", 0.5)]
    [InlineData(".webp", 0.5)]
    [InlineData(".gif", 0.5)]
    [InlineData(".tif", 0.5)]
    [InlineData(".tif[compression=lzw]", 0.5)]
    public void ACutFileIsCorrupt(string format, double kept)
    {
        var file = Vips(Noise(200, 150)).WriteToBuffer(format);

        Refusals.Assert(codec, ExplainError.ImageCorrupt, file[..(int)(file.Length * kept)]);
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    public void AFileOfNothingButItsFirstBytesIsCorrupt(string format) =>
        Refusals.Assert(codec, ExplainError.ImageCorrupt, Vips(Noise(20, 15)).WriteToBuffer(format)[..12]);

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".jpg[interlace=true]")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".webp[lossless=true]")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".tif[compression=lzw]")]
    public void ADamagedFileIsReadOrRefusedAndNothingElse(string format)
    {
        var file = Vips(Noise(40, 30)).WriteToBuffer(format);
        var random = new Random(1);
        for (var n = 0; n < 200; n++)
        {
            var damaged = file.ToArray();
            // Half of them in the header.
            damaged[random.Next(n % 2 == 0 ? 100 : file.Length)] = (byte)random.Next(256);
            try
            {
                codec.Decode(damaged, 100_000, TestContext.Current.CancellationToken);
            }
            catch (ExplainException e)
            {
                Assert.Contains(
                    e.Error,
                    new[] { ExplainError.ImageCorrupt, ExplainError.ImageTooLarge, ExplainError.UnsupportedMediaType }
                );
            }
        }
    }

    [Fact]
    public void ADamagedPngIsCorrupt()
    {
        var file = codec.Encode(Noise(200, 150), ImageFormat.Png, TestContext.Current.CancellationToken);
        file[file.Length / 2] ^= 0xFF;

        Refusals.Assert(codec, ExplainError.ImageCorrupt, file);
    }

    [Fact]
    public void ABombIsRefusedFromItsHeader()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refusal = Refusals.Assert(codec, ExplainError.ImageTooLarge, PngHeader(30_000, 30_000));

        Assert.Contains("30000 x 30000", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("40000000", refusal.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void TheLimitItselfIsAllowed()
    {
        var file = codec.Encode(Noise(20, 10), ImageFormat.Png, TestContext.Current.CancellationToken);

        Assert.Equal(20, codec.Decode(file, 200, TestContext.Current.CancellationToken).Width);
        Assert.Equal(
            ExplainError.ImageTooLarge,
            Assert.Throws<ExplainException>(() => codec.Decode(file, 199, TestContext.Current.CancellationToken)).Error
        );
    }

    [Fact]
    public void ALineLongerThanAnyJpegIsRefused() => Refusals.Assert(codec, ExplainError.ImageTooLarge, PngHeader(70_000, 1));

    /// <summary>A grey PNG that announces a size and holds almost nothing.</summary>
    private static byte[] PngHeader(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        return
        [
            0x89,
            .. "PNG\r\n"u8,
            0x1A,
            0x0A,
            .. Chunk("IHDR", header),
            .. Chunk("IDAT", [0x78, 0x9C, 3, 0, 0, 0, 0, 1]),
            .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, check) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc(body));
        return [.. length, .. body, .. check];
    }

    private static uint Crc(byte[] body)
    {
        var crc = uint.MaxValue;
        foreach (var value in body)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
