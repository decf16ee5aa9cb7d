using System.Buffers.Binary;
using System.IO.Compression;

namespace Explain.Engine.Images;

/// <summary>
/// Whether a file is there to its end, for a decoder that does not ask: marks and lengths of its parts, and for PNG that the rows are as
/// many as the header says. What is wrong inside of them is the decoder's.
/// </summary>
internal static class WholeFiles
{
    /// <summary>Whether it is; true, too, where the format's own decoder finds out.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> file, SourceFormat format) =>
        format switch
        {
            SourceFormat.Jpeg => HasEndOfImage(file),
            SourceFormat.Png => HasAllRows(file),
            SourceFormat.Gif => HasFirstFrame(file),
            SourceFormat.Webp => file.Length >= 12 && file.Length >= BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L,
            _ => true,
        };

    // Segments with their lengths, then scans, up to the mark of the end (ITU T.81, B.1).
    private static bool HasEndOfImage(ReadOnlySpan<byte> file)
    {
        const byte StartOfImage = 0xD8;
        const byte EndOfImage = 0xD9;
        const byte StartOfScan = 0xDA;
        const byte FirstRestart = 0xD0;
        var scan = false;
        for (var at = 0; at + 1 < file.Length; )
        {
            if (file[at] != 0xFF)
            {
                // Between segments, too, some writers leave bytes that mean nothing.
                at++;
                continue;
            }
            var mark = file[at + 1];
            if (mark == EndOfImage)
                return true;
            // Data that looks like a mark, filling, restarts.
            if (mark == 0xFF || (scan && mark is 0 or (>= FirstRestart and < StartOfImage)))
                at += mark == 0xFF ? 1 : 2;
            else if (mark is 0 or 1 or (>= FirstRestart and <= StartOfImage))
                at += 2;
            else if (at + 4 > file.Length)
                return false;
            else
                (scan, at) = (mark == StartOfScan, at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]));
        }
        return false;
    }

    private static bool HasAllRows(ReadOnlySpan<byte> file)
    {
        const int Signature = 8;
        const int Around = 12;
        using var data = new MemoryStream();
        var header = ReadOnlySpan<byte>.Empty;
        for (var at = Signature; at + Around <= file.Length; )
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (at + Around + length > file.Length)
                return false;
            var type = file.Slice(at + 4, 4);
            var content = file.Slice(at + 8, (int)length);
            if (type.SequenceEqual("IHDR"u8))
                header = content;
            else if (type.SequenceEqual("IDAT"u8))
                data.Write(content);
            else if (type.SequenceEqual("IEND"u8))
                return header.Length == 13 && HasBytes(data, PngBytes(header));
            at += Around + (int)length;
        }
        return false;
    }

    // Each row has a byte for its filter; an interlaced image is seven of them (PNG, section 8.2).
    private static long PngBytes(ReadOnlySpan<byte> header)
    {
        long width = BinaryPrimitives.ReadInt32BigEndian(header);
        long height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        var channels = header[9] switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        var bits = header[8] * channels;
        (int X, int Y, int StepX, int StepY)[] passes =
            header[12] == 0
                ? [(0, 0, 1, 1)]
                : [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        return passes.Sum(pass =>
        {
            var (columns, rows) = ((width - pass.X + pass.StepX - 1) / pass.StepX, (height - pass.Y + pass.StepY - 1) / pass.StepY);
            return columns > 0 && rows > 0 ? rows * (1 + (columns * bits + 7) / 8) : 0;
        });
    }

    private static bool HasBytes(MemoryStream compressed, long count)
    {
        compressed.Position = 0;
        using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
        var some = new byte[1 << 16];
        while (count > 0)
        {
            var read = rows.Read(some);
            if (read == 0)
                return false;
            count -= read;
        }
        return true;
    }

    // Blocks of the first frame, each with its length, and the empty one that ends them (GIF89a, sections 15 to 25).
    private static bool HasFirstFrame(ReadOnlySpan<byte> file)
    {
        const byte Extension = 0x21;
        const byte Frame = 0x2C;
        const int Descriptor = 10;
        if (file.Length < 13)
            return false;
        var at = 13 + Colours(file[10]);
        while (at < file.Length)
        {
            if (file[at] == Frame)
                return at + Descriptor <= file.Length && EndOfBlocks(file, at + Descriptor + Colours(file[at + 9]) + 1) is not null;
            if (file[at] != Extension || EndOfBlocks(file, at + 2) is not { } end)
                return false;
            at = end;
        }
        return false;
    }

    private static int Colours(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int? EndOfBlocks(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length)
        {
            if (file[at] == 0)
                return at + 1;
            at += file[at] + 1;
        }
        return null;
    }
}
