using System.Buffers.Binary;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to an image so that a decoder reads on: fields of its headers, with checksums that are right.</summary>
internal static class ImageMutators
{
    private static readonly uint[] Sizes = [0, 1, 2, 7, 16_383, 16_384, 30_000, 65_535, 100_000, 0x7FFF_FFFF, 0x8000_0000, uint.MaxValue];

    /// <summary>Damages an image of any format.</summary>
    public static byte[] Mutate(byte[] file, Random random) =>
        random.Next(3) > 0 && Fields(file, random) is { } changed ? changed : ByteMutators.Mutate(file, random);

    private static byte[]? Fields(byte[] file, Random random) =>
        file switch
        {
            [0x89, (byte)'P', ..] => Png(file, random),
            [0xFF, 0xD8, ..] => Jpeg(file, random),
            [(byte)'G', (byte)'I', (byte)'F', ..] => Set(file, random, bigEndian: false, (6, 2), (8, 2), (10, 1), (11, 1), (13, 1)),
            [(byte)'B', (byte)'M', ..] => Set(
                file,
                random,
                bigEndian: false,
                (2, 4),
                (10, 4),
                (14, 4),
                (18, 4),
                (22, 4),
                (26, 2),
                (28, 2),
                (30, 4),
                (34, 4),
                (46, 4),
                (54, 4),
                (58, 4),
                (62, 4)
            ),
            [(byte)'I', (byte)'I', ..] => Tiff(file, random),
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => Set(
                file,
                random,
                bigEndian: false,
                (4, 4),
                (16, 4),
                (20, 4),
                (24, 2),
                (26, 2),
                (28, 2),
                (30, 4),
                (34, 4)
            ),
            _ => null,
        };

    private static byte[] Set(byte[] file, Random random, bool bigEndian, params (int At, int Size)[] fields)
    {
        var changed = file.ToArray();
        for (var times = random.Next(1, 3); times > 0; times--)
        {
            var (at, size) = fields[random.Next(fields.Length)];
            if (at + size <= changed.Length)
                Write(changed.AsSpan(at, size), Sizes[random.Next(Sizes.Length)], bigEndian);
        }
        return changed;
    }

    private static void Write(Span<byte> field, uint value, bool bigEndian)
    {
        for (var i = 0; i < field.Length; i++)
            field[bigEndian ? field.Length - 1 - i : i] = (byte)(value >> (8 * i));
    }

    // A chunk, with its checksum: its fields, its content, its type, its place, or once more.
    private static byte[] Png(byte[] file, Random random)
    {
        var chunks = new List<byte[]>();
        for (var at = 8; at + 12 <= file.Length; )
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)) + 12;
            chunks.Add(file[at..(at + length)]);
            at += length;
        }
        var pick = random.Next(2) == 0 ? 0 : random.Next(chunks.Count);
        var (chunk, data) = (chunks[pick], chunks[pick].Length - 12);
        switch (random.Next(6))
        {
            case 0 when pick == 0:
                chunk = Set(chunk, random, bigEndian: true, (8, 4), (12, 4));
                break;
            case 1 when pick == 0:
                chunk = Set(chunk, random, bigEndian: true, (16, 1), (17, 1), (18, 1), (19, 1), (20, 1));
                break;
            case 2 when data > 0:
                chunk = [.. chunk[..8], .. ByteMutators.Mutate(chunk[8..(8 + data)], random), 0, 0, 0, 0];
                break;
            case 3:
                chunk[4 + random.Next(4)] = (byte)random.Next('A', 'z');
                break;
            case 4:
                chunks.Insert(random.Next(chunks.Count), chunk);
                break;
            default:
                (chunks[pick], chunks[^1]) = (chunks[^1], chunks[pick]);
                return [.. file[..8], .. chunks.SelectMany(c => c)];
        }
        BinaryPrimitives.WriteInt32BigEndian(chunk, chunk.Length - 12);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), TestImages.Crc(chunk.AsSpan(4..^4)));
        chunks[pick] = chunk;
        return [.. file[..8], .. chunks.SelectMany(c => c)];
    }

    // The length, or a field, of one segment.
    private static byte[]? Jpeg(byte[] file, Random random)
    {
        var segments = new List<int>();
        for (
            var at = 2;
            at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] != 0xDA;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2))
        )
        {
            segments.Add(at);
        }

        var frame = segments.FirstOrDefault(at => file[at + 1] is 0xC0 or 0xC1 or 0xC2);
        if (frame > 0 && random.Next(2) == 0)
        {
            return Set(
                file,
                random,
                bigEndian: true,
                (frame + 4, 1),
                (frame + 5, 2),
                (frame + 7, 2),
                (frame + 9, 1),
                (frame + 11, 1),
                (frame + 12, 1)
            );
        }

        if (segments.Count == 0)
            return null;
        var start = segments[random.Next(segments.Count)];
        return Set(file, random, bigEndian: true, (start + 1, 1), (start + 2, 2), (start + 4, 1), (start + 5, 1), (start + 6, 2));
    }

    // An entry of the directory, how many there are, or where the next is: itself, for one that never ends.
    private static byte[] Tiff(byte[] file, Random random)
    {
        var start = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(start));
        var (entry, next) = (start + 2 + 12 * random.Next(count), start + 2 + 12 * count);
        if (random.Next(5) > 0)
        {
            return Set(
                file,
                random,
                bigEndian: false,
                (entry, 2),
                (entry + 2, 2),
                (entry + 4, 4),
                (entry + 8, 4),
                (entry + 8, 2),
                (start, 2),
                (4, 4)
            );
        }

        var changed = file.ToArray();
        Write(changed.AsSpan(next, 4), (uint)(random.Next(2) == 0 ? start : random.Next(file.Length)), bigEndian: false);
        return changed;
    }
}
