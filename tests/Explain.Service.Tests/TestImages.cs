using System.Buffers.Binary;
using System.IO.Compression;
using Explain.Engine.Images;

namespace Explain.Service.Tests;

/// <summary>Images and things that pretend to be images.</summary>
internal static class TestImages
{
    private static readonly VipsImageCodec Codec = new();

    public static byte[] Png { get; } = Make(40, 30, ImageFormat.Png);

    public static byte[] Jpeg { get; } = Make(64, 48, ImageFormat.Jpeg);

    public static byte[] Pixel { get; } = Make(1, 1, ImageFormat.Png);

    public static byte[] Text { get; } = "This is only text, whatever the name says."u8.ToArray();

    public static byte[] Svg { get; } =
        """<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>"""u8.ToArray();

    /// <summary>A correct PNG of 30000×30000 white pixels in about a hundred kilobytes.</summary>
    public static byte[] Bomb { get; } = MakeBomb(30_000);

    public static RgbImage Decode(byte[] file) => Codec.Decode(file, 100_000_000);

    public static byte[] Make(int width, int height, ImageFormat format, int seed = 7)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * seed / 3 + i % width * 2);
        return Codec.Encode(new RgbImage(width, height, pixels), format);
    }

    private static byte[] MakeBomb(int side)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (1, 0);
        Chunk(file, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + (side + 7) / 8];
            for (var y = 0; y < side; y++)
                zlib.Write(row);
        }
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] content = [.. type, .. data];
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(content));
        file.Write(number);
    }

    public static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
