using System.Buffers.Binary;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to bytes, whatever they are.</summary>
internal static class ByteMutators
{
    private static readonly long[] Extremes =
    [
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x10000,
        int.MaxValue,
        int.MinValue,
        0xFFFF_FFFE,
        30_000,
        1 << 24,
        16_384,
        65_500,
    ];

    private delegate byte[] Edit(byte[] bytes, Random random);

    // csharpier-ignore
    private static readonly Edit[] Edits =
    [
        (b, r) => Changed(b, r.Next(1, 9), (bytes, _) => bytes[r.Next(bytes.Length)] ^= (byte)(1 << r.Next(8))),
        (b, r) => Changed(b, r.Next(1, 30), (bytes, _) => bytes[r.Next(bytes.Length)] = (byte)r.Next(256)),
        (b, r) => b[..r.Next(b.Length)],
        (b, r) => b[r.Next(b.Length)..],
        (b, r) => [.. b, .. b],
        (b, r) => { var (from, to) = Span(b, r); return [.. b[..to], .. b[from..to], .. b[to..]]; },
        (b, r) => { var (from, to) = Span(b, r); return [.. b[..from], .. b[to..]]; },
        (b, r) => { var (from, to) = Span(b, r); return [.. b[..from], .. new byte[to - from], .. b[to..]]; },
        (b, r) => { var (from, to) = Span(b, r); return [.. b[..from], .. Enumerable.Repeat((byte)0xFF, to - from), .. b[to..]]; },
        (b, r) => { var (from, to) = Span(b, r); var (first, last) = (b[from..to], b[..from]); return [.. first, .. last, .. b[to..]]; },
        (b, r) => { var at = r.Next(b.Length); var noise = new byte[r.Next(1, 300)]; r.NextBytes(noise); return [.. b[..at], .. noise, .. b[at..]]; },
        (b, r) => Number(b, r, r.Next(b.Length)),
        // Lengths and sizes are mostly at the beginning.
        (b, r) => Number(b, r, r.Next(Math.Min(b.Length, 64))),
        (b, r) => Number(Number(b, r, r.Next(Math.Min(b.Length, 64))), r, r.Next(b.Length)),
    ];

    /// <summary>Does one of them.</summary>
    public static byte[] Mutate(byte[] bytes, Random random) =>
        bytes.Length < 2 ? [(byte)random.Next(256)] : Edits[random.Next(Edits.Length)](bytes, random);

    /// <summary>Writes an extreme number of 1 to 4 bytes, of either byte order, somewhere.</summary>
    public static byte[] Number(byte[] bytes, Random random, int at)
    {
        var number = new byte[8];
        var value = Extremes[random.Next(Extremes.Length)];
        var size = 1 << random.Next(3);
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
        else
            BinaryPrimitives.WriteInt64BigEndian(number, value << (64 - 8 * size));
        var changed = bytes.ToArray();
        number.AsSpan(0, Math.Min(size, bytes.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }

    private static byte[] Changed(byte[] bytes, int times, Action<byte[], int> change)
    {
        var changed = bytes.ToArray();
        for (var i = 0; i < times; i++)
            change(changed, i);
        return changed;
    }

    private static (int From, int To) Span(byte[] bytes, Random random)
    {
        var from = random.Next(bytes.Length);
        return (from, Math.Min(bytes.Length, from + random.Next(1, 200)));
    }
}
