using System.Text;

namespace Explain.Kernels.Segmentation;

/// <summary>Masks as the COCO API writes them: run lengths by columns, in a text of its own.</summary>
public static class CocoRle
{
    private const int DigitBits = 5;
    private const int Digit = 0x1f;
    private const int SignBit = 0x10;
    private const int More = 0x20;
    private const int FirstCharacter = 48;

    // From this one on, a length is written as its difference to the one before the last.
    private const int FirstDifference = 3;

    /// <summary>
    /// The lengths of the runs of equal pixels, column after column, beginning with pixels outside (none, when the first one is inside):
    /// <c>rleEncode</c>.
    /// </summary>
    /// <param name="mask">Row-major [height, width]; 0 is outside, everything else inside.</param>
    /// <param name="height">Rows, positive.</param>
    /// <param name="width">Columns, positive.</param>
    /// <exception cref="ArgumentException">A side is not positive, or the length of the mask disagrees with its sides.</exception>
    public static IReadOnlyList<int> Lengths(ReadOnlySpan<byte> mask, int height, int width)
    {
        Require.Area(mask.Length, height, width, nameof(mask));
        var (lengths, inside, length) = (new List<int>(), false, 0);
        for (var x = 0; x < width; x++)
        {
            for (var at = x; at < mask.Length; at += width)
            {
                if (mask[at] != 0 != inside)
                {
                    lengths.Add(length);
                    (inside, length) = (!inside, 0);
                }
                length++;
            }
        }
        lengths.Add(length);
        return lengths;
    }

    /// <summary>
    /// The text of run lengths, <c>rleToString</c>: from the fourth on the difference to the one before the last, in two's complement, the
    /// lowest five bits first, one character from <c>0</c> (48) on for each, 32 more when another follows.
    /// </summary>
    /// <param name="lengths">Zero or more each.</param>
    public static string Text(IReadOnlyList<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        var text = new StringBuilder();
        for (var i = 0; i < lengths.Count; i++)
        {
            var rest = i < FirstDifference ? lengths[i] : lengths[i] - lengths[i - 2];
            bool more;
            do
            {
                var digit = rest & Digit;
                rest >>= DigitBits;
                more = rest != ((digit & SignBit) != 0 ? -1 : 0);
                text.Append((char)(FirstCharacter + digit + (more ? More : 0)));
            } while (more);
        }
        return text.ToString();
    }
}
