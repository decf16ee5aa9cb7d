using System.Buffers.Binary;
using System.Numerics;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>
/// Reads uncompressed Windows bitmaps: 8-bit palette, 16, 24 and 32 bits, with or without bit fields, bottom-up and top-down.
/// </summary>
internal static class BmpReader
{
    private const int FileHeader = 14;
    private const uint Rgb = 0;
    private const uint BitFields = 3;
    private const uint AlphaBitFields = 6;

    /// <exception cref="ExplainException">Too large, cut short, or of a kind that is not read.</exception>
    public static RgbImage Read(ReadOnlySpan<byte> file, long maxPixels, AlphaMode mode)
    {
        var headerSize = Int(file, FileHeader);
        if (headerSize < 40)
            throw Unsupported("an OS/2 header");
        var width = Int(file, 18);
        long rows = Int(file, 22);
        var topDown = rows < 0;
        var height = Math.Abs(rows);
        if (width < 1 || height < 1)
            throw Corrupt();
        ImageLimits.Check(width, height, maxPixels);

        var bits = UShort(file, 28);
        var compression = (uint)Int(file, 30);
        var plain = compression == Rgb && bits is 8 or 16 or 24 or 32;
        if (!plain && !(compression is BitFields or AlphaBitFields && bits is 16 or 32))
            throw Unsupported($"{bits} bits a pixel and compression {compression}");

        var stride = ((long)width * bits + 31) / 32 * 4;
        var start = (long)(uint)Int(file, 10);
        if (start < FileHeader + headerSize || start + stride * height > file.Length)
            throw Corrupt();

        var pixels = new byte[width * height * 3];
        var palette = bits == 8 ? Palette(file, headerSize) : default;
        var masks = bits is 16 or 32 ? Channels(file, headerSize, bits, compression) : [];
        for (var y = 0; y < height; y++)
        {
            var source = file.Slice((int)(start + stride * (topDown ? y : height - 1 - y)), (int)stride);
            var target = pixels.AsSpan((int)(y * width * 3L), width * 3);
            if (bits == 8)
                ReadIndexed(source, palette, target);
            else if (bits == 24)
                ReadBgr(source, target);
            else
                ReadMasked(source, bits / 8, masks, mode, target);
        }
        return new RgbImage(width, (int)height, pixels);
    }

    private static void ReadIndexed(ReadOnlySpan<byte> source, ReadOnlySpan<byte> palette, Span<byte> target)
    {
        for (var x = 0; x < target.Length / 3; x++)
        {
            var entry = source[x] * 4;
            if (entry + 4 > palette.Length)
                throw Corrupt();
            (target[3 * x], target[3 * x + 1], target[3 * x + 2]) = (palette[entry + 2], palette[entry + 1], palette[entry]);
        }
    }

    private static void ReadBgr(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (var x = 0; x < target.Length; x += 3)
            (target[x], target[x + 1], target[x + 2]) = (source[x + 2], source[x + 1], source[x]);
    }

    private static void ReadMasked(ReadOnlySpan<byte> source, int bytes, ReadOnlySpan<Channel> channels, AlphaMode mode, Span<byte> target)
    {
        var under = mode == AlphaMode.White ? 255u : 0u;
        for (var x = 0; x < target.Length / 3; x++)
        {
            var pixel = bytes == 2 ? UShort(source, x * 2) : (uint)Int(source, x * 4);
            var alpha = channels[3].Mask == 0 || mode == AlphaMode.Drop ? 255u : channels[3].Value(pixel);
            for (var c = 0; c < 3; c++)
                target[3 * x + c] = (byte)((channels[c].Value(pixel) * alpha + under * (255 - alpha) + 127) / 255);
        }
    }

    private static ReadOnlySpan<byte> Palette(ReadOnlySpan<byte> file, int headerSize)
    {
        var used = Int(file, 46);
        if (used is < 0 or > 256)
            throw Corrupt();
        var start = FileHeader + headerSize;
        var length = 4 * (used == 0 ? 256 : used);
        return start + length <= file.Length ? file.Slice(start, length) : throw Corrupt();
    }

    private static Channel[] Channels(ReadOnlySpan<byte> file, int headerSize, int bits, uint compression)
    {
        if (compression == Rgb)
            return bits == 16 ? [new(0x7C00), new(0x03E0), new(0x001F), new(0)] : [new(0xFF0000), new(0xFF00), new(0xFF), new(0)];
        var hasAlpha = headerSize >= 56 || compression == AlphaBitFields;
        Channel[] channels =
        [
            new((uint)Int(file, 54)),
            new((uint)Int(file, 58)),
            new((uint)Int(file, 62)),
            new(hasAlpha ? (uint)Int(file, 66) : 0),
        ];
        return channels.Take(3).All(c => c.Mask != 0) ? channels : throw Corrupt();
    }

    private static int Int(ReadOnlySpan<byte> file, int at) =>
        at + 4 <= file.Length ? BinaryPrimitives.ReadInt32LittleEndian(file[at..]) : throw Corrupt();

    private static ushort UShort(ReadOnlySpan<byte> file, int at) =>
        at + 2 <= file.Length ? BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) : throw Corrupt();

    private static ExplainException Corrupt() => ImageLimits.Corrupt("BMP");

    private static ExplainException Unsupported(string what) =>
        ImageLimits.Unsupported($"The BMP has {what}; only uncompressed ones of 8, 16, 24 or 32 bits are read.");

    /// <summary>The bits of one colour in a pixel, scaled to 0..255.</summary>
    private readonly record struct Channel(uint Mask)
    {
        public uint Value(uint pixel)
        {
            var shift = BitOperations.TrailingZeroCount(Mask);
            return (uint)((ulong)((pixel & Mask) >> shift) * 255 / (Mask >> shift));
        }
    }
}
