using System.Buffers;
using System.IO.Compression;
using System.Numerics.Tensors;
using Explain.Kernels.Deflate;

namespace Explain.Engine.Images;

/// <summary>Some rows of a PNG: a chunk with the piece of the stream that holds them.</summary>
internal readonly struct PngStrip
{
    /// <summary>Bytes of what ends the stream: its last block and its checksum.</summary>
    public const int EndBytes = 2 + 4;

    // Length and type.
    private const int BeforeData = 8;

    // Each sample is written as the difference from its left neighbour.
    private const byte Sub = 1;

    // Numbers of colours repeat themselves over more than one byte, and so does what takes fewer than two bits a byte: it is drawn, not
    // photographed.
    private const int Repeats = 4;

    private static readonly ZLibCompressionOptions Level = new() { CompressionLevel = 4 };

    private readonly byte[]? _rented;
    private readonly int _length;

    private PngStrip(byte[] rented, int length, uint sum, int sourceLength)
    {
        (_rented, _length, Sum, SourceLength) = (rented, length, sum, sourceLength);
    }

    /// <summary>The chunk.</summary>
    public ReadOnlySpan<byte> Chunk => _rented.AsSpan(0, _length);

    /// <summary>The checksum of what the stream holds.</summary>
    public uint Sum { get; }

    /// <summary>How much that is.</summary>
    public int SourceLength { get; }

    // What begins a stream: deflate with a window of 32 KiB, no dictionary.
    private static ReadOnlySpan<byte> Begin => [0x78, 0x01];

    /// <summary>Writes some rows.</summary>
    /// <param name="image">The image.</param>
    /// <param name="top">The first of them.</param>
    /// <param name="atMost">How many, if there are as many.</param>
    public static PngStrip Write(Raster image, int top, int atMost)
    {
        var (stride, rows) = (image.Width * image.Channels, Math.Min(atMost, image.Height - top));
        var length = rows * (stride + 1);
        var filtered = ArrayPool<byte>.Shared.Rent(length);
        // zlib makes noise a little longer.
        var most = DeflateStrip.MostBytes(length + length / 512);
        var chunk = ArrayPool<byte>.Shared.Rent(BeforeData + Begin.Length + most + sizeof(uint));
        try
        {
            var source = filtered.AsSpan(0, length);
            for (var y = 0; y < rows; y++)
                Filter(image.Samples.AsSpan((top + y) * stride, stride), image.Channels, source.Slice(y * (stride + 1), stride + 1));

            var begin = top == 0 ? Begin : [];
            begin.CopyTo(chunk.AsSpan(BeforeData));
            var at = BeforeData + begin.Length;
            var packed = image.Palette is null ? DeflateStrip.Write(source, chunk.AsSpan(at)) : 0;
            if (packed == 0 || packed < length / Repeats)
                packed = Repeated(filtered, length, chunk, at);
            var whole = PngEncoder.WriteChunk(chunk, "IDAT", chunk.AsSpan(BeforeData, begin.Length + packed));
            return new PngStrip(chunk, whole, Adler32.Of(source), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(filtered);
        }
    }

    /// <summary>Gives its memory back; it must not be used any more.</summary>
    public void Return()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    private static void Filter(ReadOnlySpan<byte> row, int channels, Span<byte> filtered)
    {
        filtered[0] = Sub;
        row[..channels].CopyTo(filtered[1..]);
        TensorPrimitives.Subtract(row[channels..], row[..^channels], filtered[(1 + channels)..]);
    }

    private static int Repeated(byte[] source, int length, byte[] destination, int at)
    {
        using var stream = new MemoryStream(destination, at, destination.Length - at - sizeof(uint));
        using var deflate = new DeflateStream(stream, Level, leaveOpen: true);
        deflate.Write(source, 0, length);
        // Ends at a byte, without ending the stream; what is written when it is disposed of is left out.
        deflate.Flush();
        return (int)stream.Position;
    }
}
