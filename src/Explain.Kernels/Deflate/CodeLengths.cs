namespace Explain.Kernels.Deflate;

/// <summary>Writes the lengths of a block's codes (RFC 1951, 3.2.7), with one distance, of one bit.</summary>
internal static class CodeLengths
{
    private const int Repeat = 16;
    private const int FewZeros = 17;
    private const int ManyZeros = 18;
    private const int LongestCode = 7;

    /// <summary>More than <see cref="Write"/> ever needs.</summary>
    public const int MostBits = 3 + 5 + 5 + 4 + 19 * 3 + 287 * (LongestCode + 7);

    // The order in which the lengths of their own codes are written.
    private static ReadOnlySpan<byte> Order => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Writes them, with their numbers before them.</summary>
    /// <param name="lengths">Of all 286 literals and lengths.</param>
    /// <param name="writer">Receives them.</param>
    public static void Write(scoped ReadOnlySpan<byte> lengths, ref BitWriter writer)
    {
        byte[] all = [.. lengths, 1];
        var steps = Steps(all);
        var counts = new int[19];
        foreach (var step in steps)
            counts[step.Symbol]++;
        var own = new byte[19];
        PrefixCode.Lengths(counts, LongestCode, own);
        var codes = new uint[19];
        PrefixCode.Codes(own, codes);

        writer.Add((ulong)(lengths.Length - 257), 5);
        writer.Add(0, 5);
        writer.Add(19 - 4, 4);
        writer.Flush();
        foreach (var symbol in Order)
        {
            writer.Add(own[symbol], 3);
            writer.Flush();
        }
        foreach (var (symbol, extra, value) in steps)
        {
            writer.Add(codes[symbol]);
            writer.Add((ulong)value, extra);
            writer.Flush();
        }
    }

    private static List<(int Symbol, int Extra, int Value)> Steps(ReadOnlySpan<byte> lengths)
    {
        var steps = new List<(int, int, int)>();
        for (var at = 0; at < lengths.Length; )
        {
            var run = lengths[at..].IndexOfAnyExcept(lengths[at]);
            run = run < 0 ? lengths.Length - at : run;
            if (lengths[at] == 0 && run >= 3)
            {
                run = Math.Min(run, 138);
                steps.Add(run > 10 ? (ManyZeros, 7, run - 11) : (FewZeros, 3, run - 3));
            }
            else if (run >= 4)
            {
                run = Math.Min(run, 7);
                steps.Add((lengths[at], 0, 0));
                steps.Add((Repeat, 2, run - 4));
            }
            else
            {
                steps.Add((lengths[at], 0, 0));
                run = 1;
            }
            at += run;
        }
        return steps;
    }
}
