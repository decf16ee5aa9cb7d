using System.Buffers.Binary;

namespace Explain.Engine.Images;

/// <summary>
/// What the first page of a TIFF says of its samples (TIFF 6.0; BigTIFF). The decoder reads some kinds as if they were others, and calls
/// others damaged: those are refused by their name before it sees them.
/// </summary>
internal readonly record struct TiffTags(int Compression, int Photometric, int Bits, int SampleFormat, bool Tiled)
{
    private const int BitsTag = 258;
    private const int CompressionTag = 259;
    private const int PhotometricTag = 262;
    private const int TileWidthTag = 322;
    private const int SampleFormatTag = 339;

    private const int YCbCr = 6;
    private const int Lab = 8;
    private const int Jpeg = 7;
    private const int Signed = 2;
    private const int Real = 3;

    // None, CCITT, LZW, JPEG, Deflate, PackBits, old Deflate, WebP.
    private static readonly int[] Compressions = [1, 2, 3, 4, 5, Jpeg, 8, 32773, 32946, 50001];

    // White is zero, black is zero, RGB, palette, CMYK.
    private static readonly int[] Colours = [0, 1, 2, 3, 5];
    private static readonly int[] Depths = [1, 2, 4, 8, 16];

    /// <summary>Why the samples are not read; null when they are, or when the file says nothing of them that can be read.</summary>
    public static string? WhyNot(ReadOnlySpan<byte> file) => Of(file)?.WhyNot();

    /// <summary>What a file says; null when it says nothing that can be read.</summary>
    public static TiffTags? Of(ReadOnlySpan<byte> file)
    {
        try
        {
            return Read(file);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Cut short: the decoder finds that, too.
            return null;
        }
    }

    private string? WhyNot() =>
        !Compressions.Contains(Compression) ? $"a TIFF of compression {Compression}{(Compression == 6 ? " (old-style JPEG)" : "")}"
        : Photometric == YCbCr
            ? Compression == Jpeg ? null
                : "a TIFF of YCbCr samples that are not JPEG"
        : Photometric == Lab
            ? (Bits, SampleFormat) is (32, Real) or (16, Signed) ? null
                : $"a TIFF of {Bits}-bit Lab samples"
        : !Colours.Contains(Photometric) ? $"a TIFF of photometric interpretation {Photometric}"
        : SampleFormat is Signed or Real ? $"a TIFF of {(SampleFormat == Real ? "floating-point" : "signed")} samples"
        : !Depths.Contains(Bits) ? $"a TIFF of {Bits}-bit samples"
        : null;

    private static TiffTags Read(ReadOnlySpan<byte> file)
    {
        var (little, big) = (file[0] == 'I', file[2] == 0x2B || file[3] == 0x2B);
        var tags = new TiffTags(1, 1, 1, 1, false);
        var (entry, offset) = big ? (20, (long)Number(file[8..], 8, little)) : (12, (long)Number(file[4..], 4, little));
        var directory = From(file, offset);
        var count = (int)Math.Min(Number(directory, big ? 8 : 2, little), 4096);
        for (var n = 0; n < count; n++)
        {
            var at = directory[((big ? 8 : 2) + n * entry)..];
            var tag = (int)Number(at, 2, little);
            if (tag is not (BitsTag or CompressionTag or PhotometricTag or TileWidthTag or SampleFormatTag))
                continue;
            var values = (long)Number(at[4..], big ? 8 : 4, little);
            var value = at[(big ? 12 : 8)..];
            // Several short numbers lie elsewhere; the first stands for all.
            if (2 * values > (big ? 8 : 4))
                value = From(file, (long)Number(value, big ? 8 : 4, little));
            var first = (int)Number(value, 2, little);
            tags = tag switch
            {
                BitsTag => tags with { Bits = first },
                CompressionTag => tags with { Compression = first },
                PhotometricTag => tags with { Photometric = first },
                TileWidthTag => tags with { Tiled = true },
                _ => tags with { SampleFormat = first },
            };
        }
        return tags;
    }

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> file, long offset) =>
        offset >= 0 && offset < file.Length ? file[(int)offset..] : throw new ArgumentOutOfRangeException(nameof(offset));

    private static ulong Number(ReadOnlySpan<byte> bytes, int length, bool little) =>
        (length, little) switch
        {
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            (_, false) => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
}
