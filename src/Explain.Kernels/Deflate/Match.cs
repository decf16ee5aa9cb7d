using System.Numerics;

namespace Explain.Kernels.Deflate;

/// <summary>How a length of a repetition is written (RFC 1951, 3.2.5).</summary>
internal static class Match
{
    /// <summary>Its symbol, how many bits follow, and what they say.</summary>
    /// <param name="length">3 to 258.</param>
    public static (int Symbol, int Extra, int Value) Of(int length)
    {
        if (length == 258)
            return (285, 0, 0);
        var rest = length - 3;
        // Four symbols for each power of two; below eight, one for each length.
        var extra = Math.Max(BitOperations.Log2((uint)rest | 1) - 2, 0);
        return (257 + 4 * extra + (rest >> extra), extra, rest & ((1 << extra) - 1));
    }
}
