using System.Buffers.Binary;
using System.Text;
using Explain.Kernels.Deflate;

namespace Explain.Engine.Images;

/// <summary>
/// Writes PNG without metadata, in strips of rows that are compressed side by side on all processors and joined into one stream. How an
/// image is cut depends on nothing but its size: the same pixels are the same bytes on every machine.
/// </summary>
public static class PngEncoder
{
    // Small enough that a caller who leaves is noticed at once; what codes and chunks add is a thousandth. A strip with all that is around
    // it just fits into a buffer of the pool, whose sizes are powers of two.
    private const int StripBytes = 260_000;

    private const int HeaderBytes = 13;
    private const int Chunk = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // By the number of channels.
    private static ReadOnlySpan<byte> Colors => [0, 0, 4, 2, 6];
    private const byte PaletteColors = 3;

    /// <summary>Writes an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellation">Stops it between strips.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static byte[] Encode(Raster image, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        var rows = Math.Clamp(StripBytes / (image.Width * image.Channels + 1), 1, image.Height);
        var strips = new PngStrip[(image.Height + rows - 1) / rows];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.For(0, strips.Length, parallel, i => strips[i] = PngStrip.Write(image, i * rows, rows));
            return Joined(image, strips);
        }
        finally
        {
            foreach (var strip in strips)
                strip.Return();
        }
    }

    private static byte[] Joined(Raster image, PngStrip[] strips)
    {
        var (palette, alpha) = (image.Palette?.Rgb, image.Palette?.Alpha);
        var length = Signature.Length + Chunk + HeaderBytes + strips.Sum(s => s.Chunk.Length) + Chunk + PngStrip.EndBytes + Chunk;
        length += (palette is null ? 0 : Chunk + palette.Length) + (alpha is null ? 0 : Chunk + alpha.Length);
        var file = new byte[length];
        var rest = file.AsSpan();
        Signature.CopyTo(rest);
        rest = rest[Signature.Length..];

        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        (header[8], header[9]) = (8, palette is null ? Colors[image.Channels] : PaletteColors);
        header[10..].Clear();
        rest = rest[WriteChunk(rest, "IHDR", header)..];
        if (palette is not null)
            rest = rest[WriteChunk(rest, "PLTE", palette)..];
        if (alpha is not null)
            rest = rest[WriteChunk(rest, "tRNS", alpha)..];

        var sum = Adler32.Empty;
        foreach (var strip in strips)
        {
            strip.Chunk.CopyTo(rest);
            rest = rest[strip.Chunk.Length..];
            sum = Adler32.Combine(sum, strip.Sum, strip.SourceLength);
        }
        Span<byte> end = stackalloc byte[PngStrip.EndBytes];
        DeflateStrip.End.CopyTo(end);
        BinaryPrimitives.WriteUInt32BigEndian(end[DeflateStrip.End.Length..], sum);
        rest = rest[WriteChunk(rest, "IDAT", end)..];
        WriteChunk(rest, "IEND", []);
        return file;
    }

    /// <summary>Writes a chunk whose data may lie in its place already.</summary>
    /// <param name="destination">Begins where the chunk does.</param>
    /// <param name="type">Four letters.</param>
    /// <param name="data">What it holds.</param>
    /// <returns>Bytes written.</returns>
    internal static int WriteChunk(Span<byte> destination, string type, ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, data.Length);
        Encoding.ASCII.GetBytes(type, destination[4..]);
        data.CopyTo(destination[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(8 + data.Length)..], Crc32.Of(destination.Slice(4, 4 + data.Length)));
        return Chunk + data.Length;
    }
}
