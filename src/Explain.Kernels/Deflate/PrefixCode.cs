namespace Explain.Kernels.Deflate;

/// <summary>Huffman's code with a limit on its lengths, as deflate numbers it (RFC 1951, 3.2.2).</summary>
internal static class PrefixCode
{
    /// <summary>
    /// Bits for each symbol: as few as can be for these counts, or close to that where the limit binds; the code is complete.
    /// </summary>
    /// <param name="counts">How often each symbol occurs; two at least do.</param>
    /// <param name="longest">Limit for a length; enough for all that occur.</param>
    /// <param name="lengths">Receives one length a symbol; 0 for those that do not occur.</param>
    public static void Lengths(ReadOnlySpan<int> counts, int longest, Span<byte> lengths)
    {
        // By count, then by number: as one number, so that equal counts have one order everywhere.
        var sorted = new long[counts.Length];
        var used = 0;
        for (var s = 0; s < counts.Length; s++)
        {
            if (counts[s] > 0)
                sorted[used++] = ((long)counts[s] << 16) | (long)s;
        }
        Array.Sort(sorted, 0, used);
        var weights = new long[2 * used - 1];
        for (var i = 0; i < used; i++)
            weights[i] = sorted[i] >> 16;

        var depths = Depths(weights, used);
        lengths.Clear();
        Limit(depths.AsSpan(0, used), longest);
        for (var i = 0; i < used; i++)
            lengths[(int)(sorted[i] & 0xFFFF)] = (byte)depths[i];
    }

    /// <summary>For each symbol its code, first bit lowest, above four bits with its length.</summary>
    public static void Codes(ReadOnlySpan<byte> lengths, Span<uint> codes)
    {
        Span<int> counts = stackalloc int[16];
        Span<int> next = stackalloc int[16];
        counts.Clear();
        foreach (var length in lengths)
            counts[length]++;
        (counts[0], next[0]) = (0, 0);
        for (var bits = 1; bits < 16; bits++)
            next[bits] = (next[bits - 1] + counts[bits - 1]) << 1;
        for (var s = 0; s < lengths.Length; s++)
        {
            var length = lengths[s];
            codes[s] = length == 0 ? 0 : (Reversed((uint)next[length]++, length) << 4) | length;
        }
    }

    // The two lightest are joined until one is left. Joined ones come out in the order of their weights, so two queues do.
    private static int[] Depths(long[] weights, int leaves)
    {
        var parents = new int[weights.Length];
        var (leaf, joined) = (0, leaves);
        for (var node = leaves; node < weights.Length; node++)
        {
            for (var child = 0; child < 2; child++)
            {
                var lightest = leaf < leaves && (joined == node || weights[leaf] <= weights[joined]) ? leaf++ : joined++;
                weights[node] += weights[lightest];
                parents[lightest] = node;
            }
        }
        var depths = new int[weights.Length];
        for (var node = weights.Length - 2; node >= 0; node--)
            depths[node] = depths[parents[node]] + 1;
        return depths;
    }

    // Lightest first. What a length takes of all codes is counted in units of the longest.
    private static void Limit(Span<int> depths, int longest)
    {
        var free = 1 << longest;
        foreach (ref var depth in depths)
        {
            depth = Math.Min(depth, longest);
            free -= 1 << (longest - depth);
        }
        for (var i = 0; free < 0; i++)
        {
            for (; free < 0 && depths[i] < longest; depths[i]++)
                free += 1 << (longest - depths[i] - 1);
        }
        while (free > 0)
        {
            for (var i = depths.Length - 1; i >= 0; i--)
            {
                for (; 1 << (longest - depths[i]) <= free; depths[i]--)
                    free -= 1 << (longest - depths[i]);
            }
        }
    }

    private static uint Reversed(uint code, int bits)
    {
        var reversed = 0u;
        for (var bit = 0; bit < bits; bit++)
            reversed |= (code >> bit & 1) << (bits - 1 - bit);
        return reversed;
    }
}
