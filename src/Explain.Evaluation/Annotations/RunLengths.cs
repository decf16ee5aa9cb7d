namespace Explain.Evaluation.Annotations;

/// <summary>
/// Masks as lengths of runs, as COCO has them: of background and object in turn, background first, down the columns from the left one on.
/// </summary>
internal static class RunLengths
{
    private const int GroupBits = 5;
    private const int MostGroups = 7;

    /// <summary>
    /// Reads the text that pycocotools makes of them (<c>rleToString</c>, read by <c>rleFrString</c>). A number is groups of five bits,
    /// the lowest first, each a character from '0' on; 32 says that another group follows, and 16 in the last that the number is negative.
    /// From the fourth on, a number is the difference from the one before the last.
    /// </summary>
    /// <exception cref="FormatException">It is no such text; the message goes on after "has".</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        var lengths = new List<int>();
        for (var at = 0; at < text.Length; )
        {
            var (value, shift, group) = (0L, 0, 0);
            do
            {
                if (at == text.Length || shift == MostGroups * GroupBits || text[at] is < '0' or >= (char)('0' + 64))
                    throw new FormatException($"runs in a text that breaks off or is none of pycocotools', at character {at + 1}");
                group = text[at++] - '0';
                value |= (long)(group & 0x1F) << shift;
                shift += GroupBits;
            } while ((group & 0x20) != 0);
            if ((group & 0x10) != 0)
                value |= -1L << shift;
            if (lengths.Count > 2)
                value += lengths[^2];
            lengths.Add(value is >= 0 and <= int.MaxValue ? (int)value : throw new FormatException($"a run of {value} pixels"));
        }
        return lengths;
    }

    /// <summary>The mask of runs.</summary>
    /// <param name="lengths">Their lengths, none negative.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>Row-major [height, width].</returns>
    /// <exception cref="FormatException">Together they have another number of pixels; the message goes on after "has".</exception>
    public static bool[] Fill(IReadOnlyList<int> lengths, int width, int height)
    {
        var (total, pixels) = (lengths.Sum(length => (long)length), checked(width * height));
        if (total != pixels)
            throw new FormatException($"runs of {total} pixels in all; the picture has {pixels}");
        var mask = new bool[pixels];
        var (at, inside) = (0, false);
        foreach (var length in lengths)
        {
            for (var i = at; inside && i < at + length; i++)
                mask[i % height * width + i / height] = true;
            (at, inside) = (at + length, !inside);
        }
        return mask;
    }
}
