using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Explain.Engine.Images;

namespace Explain.Engine.Tests.Images;

/// <summary>
/// A PNG decoder written from the specification, for 8 bits a sample, that trusts nothing: it shares no code with the encoder.
/// </summary>
internal static class PngReading
{
    /// <summary>Chunks in their order; each checksum is checked.</summary>
    public static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < file.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var crc = uint.MaxValue;
            foreach (var value in file.AsSpan(at + 4, 4 + length))
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
            Assert.Equal(~crc, BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }
        return chunks;
    }

    /// <summary>The pixels, with their palette if they have one.</summary>
    public static Raster Read(byte[] file)
    {
        var chunks = Chunks(file);
        Assert.Equal(("IHDR", "IEND"), (chunks[0].Type, chunks[^1].Type));
        var header = chunks[0].Data;
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        Assert.Equal([8, 0, 0, 0], new[] { header[8], header[10], header[11], header[12] });
        var channels = header[9] switch
        {
            0 or 3 => 1,
            4 => 2,
            2 => 3,
            6 => 4,
            _ => throw new InvalidDataException(),
        };

        // Checks the checksum of the stream, too.
        using var zlib = new ZLibStream(
            new MemoryStream([.. chunks.Where(c => c.Type == "IDAT").SelectMany(c => c.Data)]),
            CompressionMode.Decompress
        );
        var samples = new byte[width * height * channels];
        var row = new byte[width * channels + 1];
        for (var y = 0; y < height; y++)
        {
            zlib.ReadExactly(row);
            Unfilter(row[0], row.AsSpan(1), samples, y * width * channels, channels);
        }
        Assert.Equal(-1, zlib.ReadByte());
        var colors = chunks.SingleOrDefault(c => c.Type == "PLTE").Data;
        var alpha = chunks.SingleOrDefault(c => c.Type == "tRNS").Data;
        Assert.Equal(header[9] == 3, colors is not null);
        return new Raster(width, height, channels, samples, colors is null ? null : new Palette(colors, alpha));
    }

    private static void Unfilter(byte filter, ReadOnlySpan<byte> row, byte[] samples, int at, int channels)
    {
        Assert.InRange(filter, 0, 1);
        for (var i = 0; i < row.Length; i++)
            samples[at + i] = (byte)(row[i] + (filter == 1 && i >= channels ? samples[at + i - channels] : 0));
    }
}
