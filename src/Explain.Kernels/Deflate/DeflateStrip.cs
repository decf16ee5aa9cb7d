using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Explain.Kernels.Deflate;

/// <summary>
/// A piece of a deflate stream (RFC 1951) that is written on its own and ends at a byte: pieces that follow each other, then
/// <see cref="End"/>, are one stream. Codes are Huffman's for the piece; the only repetition that is looked for is that of one byte.
/// </summary>
/// <remarks>
/// Made for the differences of neighbouring pixels: longer repetitions save a twentieth of a photograph there, and looking for them takes
/// ten times as long. Against zlib's fastest level, whose codes are fixed: a quarter less bytes.
/// </remarks>
public static class DeflateStrip
{
    // With twelve bits for each of four literals, what is left of a byte fits too.
    private const int LongestCode = 12;

    // A run is looked for where a whole vector repeats the byte before it.
    private const int Lanes = 16;
    private const int LongestMatch = 258;
    private const int EndOfBlock = 256;
    private const int Symbols = 286;
    private const int MostStored = ushort.MaxValue;

    /// <summary>The end of a stream.</summary>
    public static ReadOnlySpan<byte> End => [0x03, 0x00];

    /// <summary>The most bytes that <see cref="Write"/> needs.</summary>
    /// <param name="length">Bytes of the source.</param>
    public static int MostBytes(int length) => length + 5 * (length / MostStored + 1) + 5 + sizeof(ulong);

    /// <summary>Writes a piece.</summary>
    /// <param name="source">What it holds.</param>
    /// <param name="destination">At least <see cref="MostBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static int Write(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < MostBytes(source.Length))
            throw new ArgumentException($"{MostBytes(source.Length)} bytes were expected, got {destination.Length}.", nameof(destination));

        var writer = new BitWriter(destination);
        Span<int> counts = stackalloc int[Symbols];
        counts.Clear();
        var extraBits = Count(source, counts);
        // A code of one symbol would not be complete.
        counts[EndOfBlock] = 1;
        counts[0] = Math.Max(counts[0], 1);
        Span<byte> lengths = stackalloc byte[Symbols];
        PrefixCode.Lengths(counts, LongestCode, lengths);
        var bits = extraBits;
        for (var s = 0; s < Symbols; s++)
            bits += (long)counts[s] * lengths[s];
        if (bits + CodeLengths.MostBits < 8L * source.Length)
            Compressed(source, lengths, ref writer);
        else
            Stored(source, ref writer);

        // An empty stored block: what follows begins at a byte.
        writer.Add(0, 3);
        writer.Align();
        writer.Copy([0, 0, 0xFF, 0xFF]);
        return writer.Length;
    }

    private static void Stored(scoped ReadOnlySpan<byte> source, ref BitWriter writer)
    {
        for (; source.Length > 0; source = source[Math.Min(source.Length, MostStored)..])
        {
            var length = Math.Min(source.Length, MostStored);
            writer.Add(0, 3);
            writer.Align();
            writer.Copy([(byte)length, (byte)(length >> 8), (byte)~length, (byte)(~length >> 8)]);
            writer.Copy(source[..length]);
        }
    }

    private static void Compressed(scoped ReadOnlySpan<byte> source, scoped ReadOnlySpan<byte> lengths, ref BitWriter writer)
    {
        writer.Add(0b100, 3);
        CodeLengths.Write(lengths, ref writer);
        Span<uint> codes = stackalloc uint[Symbols];
        PrefixCode.Codes(lengths, codes);
        for (var at = 0; at < source.Length; )
        {
            var run = NextRun(source, at);
            Literals(source[at..run], codes, ref writer);
            for (at = run; at < source.Length && RunAt(source, at) is var length and > 0; at += length)
            {
                var (symbol, extra, value) = Match.Of(length);
                writer.Add(codes[symbol]);
                writer.Add((ulong)value, extra);
                // The one distance that is used has a code of one bit.
                writer.Add(0, 1);
                writer.Flush();
            }
        }
        writer.Add(codes[EndOfBlock]);
        writer.Flush();
    }

    private static void Literals(scoped ReadOnlySpan<byte> source, scoped ReadOnlySpan<uint> codes, ref BitWriter writer)
    {
        ref var code = ref MemoryMarshal.GetReference(codes);
        foreach (var four in MemoryMarshal.Cast<byte, uint>(source))
        {
            var bytes = BitConverter.IsLittleEndian ? four : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(four);
            writer.Add(Unsafe.Add(ref code, (byte)bytes));
            writer.Add(Unsafe.Add(ref code, (byte)(bytes >> 8)));
            writer.Add(Unsafe.Add(ref code, (byte)(bytes >> 16)));
            writer.Add(Unsafe.Add(ref code, bytes >> 24));
            writer.Flush();
        }
        foreach (var value in source[(source.Length & ~3)..])
        {
            writer.Add(codes[value]);
            writer.Flush();
        }
    }

    // Returns how many bits the matches take beside their codes.
    private static long Count(ReadOnlySpan<byte> source, Span<int> counts)
    {
        var extraBits = 0L;
        // Counting in turns: equal bytes one after the other would wait for each other.
        Span<int> turns = stackalloc int[4 * 256];
        turns.Clear();
        for (var at = 0; at < source.Length; )
        {
            var run = NextRun(source, at);
            var literals = source[at..run];
            foreach (var four in MemoryMarshal.Cast<byte, uint>(literals))
            {
                turns[(byte)four]++;
                turns[256 + (byte)(four >> 8)]++;
                turns[512 + (byte)(four >> 16)]++;
                turns[768 + (int)(four >> 24)]++;
            }
            foreach (var value in literals[(literals.Length & ~3)..])
                turns[value]++;
            for (at = run; at < source.Length && RunAt(source, at) is var length and > 0; at += length)
            {
                var (symbol, extra, _) = Match.Of(length);
                counts[symbol]++;
                extraBits += extra + 1;
            }
        }
        for (var value = 0; value < 256; value++)
            counts[value] = turns[value] + turns[256 + value] + turns[512 + value] + turns[768 + value];
        return extraBits;
    }

    // The first place from which a vector repeats the byte before it, or the end.
    private static int NextRun(ReadOnlySpan<byte> source, int from)
    {
        ref var first = ref MemoryMarshal.GetReference(source);
        for (var at = Math.Max(from, 1); at <= source.Length - Lanes; at += Lanes)
        {
            if (Vector128.LoadUnsafe(ref first, (nuint)at) == Vector128.LoadUnsafe(ref first, (nuint)at - 1))
                return at;
        }
        return source.Length;
    }

    // How long the byte before is repeated, as far as one match reaches; 0 for less than a vector.
    private static int RunAt(ReadOnlySpan<byte> source, int at)
    {
        var most = source.Slice(at, Math.Min(LongestMatch, source.Length - at));
        var length = most.IndexOfAnyExcept(source[at - 1]);
        length = length < 0 ? most.Length : length;
        return length < Lanes ? 0 : length;
    }
}
