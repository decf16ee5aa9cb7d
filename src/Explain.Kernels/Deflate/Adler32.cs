using System.Numerics;

namespace Explain.Kernels.Deflate;

/// <summary>The checksum of zlib streams (RFC 1950).</summary>
public static class Adler32
{
    /// <summary>That of no bytes.</summary>
    public const uint Empty = 1;

    private const uint Prime = 65521;

    // The sum of sums grows with the square of the steps, and has to stay below 2^32 in every lane.
    private const int MostSteps = 4096;

    /// <summary>The checksum of some bytes.</summary>
    /// <param name="bytes">Any number of them.</param>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var (sum, sums) = (1u, 0u);
        while (bytes.Length >= Vector<byte>.Count)
        {
            var steps = Math.Min(bytes.Length / Vector<byte>.Count, MostSteps);
            (sum, sums) = Steps(bytes[..(steps * Vector<byte>.Count)], sum, sums);
            bytes = bytes[(steps * Vector<byte>.Count)..];
        }
        foreach (var value in bytes)
            sums += sum += value;
        return (sums % Prime << 16) | (sum % Prime);
    }

    /// <summary>The checksum of two texts, one after the other.</summary>
    /// <param name="first">That of the first.</param>
    /// <param name="second">That of the second.</param>
    /// <param name="secondLength">Bytes of the second.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        var length = (ulong)secondLength % Prime;
        // The second's sum began at 1; each of its bytes adds what the first left to the sum of sums.
        ulong left = (first & 0xFFFF) + Prime - 1;
        var sum = (left + (second & 0xFFFF)) % Prime;
        var sums = ((first >> 16) + (second >> 16) + length * left) % Prime;
        return (uint)(sums << 16 | sum);
    }

    // Lane by lane: a byte counts in the sum of sums once for each byte from it to the end.
    private static (uint Sum, uint Sums) Steps(ReadOnlySpan<byte> bytes, uint sum, uint sums)
    {
        Vector<uint> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        Vector<uint> p0 = default,
            p1 = default,
            p2 = default,
            p3 = default;
        for (var i = 0; i < bytes.Length; i += Vector<byte>.Count)
        {
            (p0, p1, p2, p3) = (p0 + s0, p1 + s1, p2 + s2, p3 + s3);
            Vector.Widen(new Vector<byte>(bytes[i..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            (s0, s1, s2, s3) = (s0 + a, s1 + b, s2 + c, s3 + d);
        }
        var (total, totals) = ((ulong)sum, sums + (ulong)sum * (ulong)bytes.Length);
        Lanes(s0, p0, 0, ref total, ref totals);
        Lanes(s1, p1, 1, ref total, ref totals);
        Lanes(s2, p2, 2, ref total, ref totals);
        Lanes(s3, p3, 3, ref total, ref totals);
        return ((uint)(total % Prime), (uint)(totals % Prime));
    }

    private static void Lanes(Vector<uint> sum, Vector<uint> earlier, int quarter, ref ulong total, ref ulong totals)
    {
        for (var lane = 0; lane < Vector<uint>.Count; lane++)
        {
            var fromEnd = Vector<byte>.Count - quarter * Vector<uint>.Count - lane;
            total += sum[lane];
            totals += (ulong)earlier[lane] * (ulong)Vector<byte>.Count + sum[lane] * (ulong)fromEnd;
        }
    }
}
