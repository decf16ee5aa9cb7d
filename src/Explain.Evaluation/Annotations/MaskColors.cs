using System.Globalization;

namespace Explain.Evaluation.Annotations;

/// <summary>What the colours of a mask mean, where they tell classes apart.</summary>
/// <param name="Index">From red, green and blue to the index; 0 is background, 255 belongs to nothing; null for no index.</param>
/// <param name="Label">The label of an index between them.</param>
/// <param name="Lacking">What a colour without an index is, after "which is".</param>
/// <param name="AreValues">Whether the colours are the values of the file, rather than those of a palette.</param>
internal sealed record MaskColors(Func<byte, byte, byte, int?> Index, Func<int, string> Label, string Lacking, bool AreValues)
{
    /// <summary>How many indices there are.</summary>
    public const int Count = 256;

    /// <summary>The index of pixels that belong to nothing.</summary>
    public const int Void = Count - 1;

    // In the order of the development kit, whose first index is 1.
    private static readonly string[] VocClasses =
    [
        "aeroplane",
        "bicycle",
        "bird",
        "boat",
        "bottle",
        "bus",
        "car",
        "cat",
        "chair",
        "cow",
        "diningtable",
        "dog",
        "horse",
        "motorbike",
        "person",
        "pottedplant",
        "sheep",
        "sofa",
        "train",
        "tvmonitor",
    ];

    private static readonly Dictionary<(byte, byte, byte), int> VocIndices = Enumerable
        .Range(0, VocClasses.Length + 1)
        .Append(Void)
        .ToDictionary(VocColor);

    // csharpier-ignore
    private static readonly Dictionary<MaskLabels, MaskColors> All = new()
    {
        [MaskLabels.Index] = new(
            (r, g, b) => r == g && g == b ? r : null,
            index => index.ToString(CultureInfo.InvariantCulture), "no grey value, and so no class index", AreValues: true),
        [MaskLabels.Voc] = new(
            (r, g, b) => VocIndices.TryGetValue((r, g, b), out var index) ? index : null,
            index => VocClasses[index - 1], "no class of Pascal VOC's colour map", AreValues: false),
    };

    /// <summary>The meaning that was asked for; null where folders tell the label.</summary>
    public static MaskColors? Of(MaskLabels labels) => All.GetValueOrDefault(labels);

    /// <summary>
    /// The colour of an index in Pascal VOC's colour map (<c>VOClabelcolormap.m</c> of its development kit): the index's bits 0, 3 and 6
    /// are the highest of red, bits 1, 4 and 7 those of green, bits 2 and 5 those of blue.
    /// </summary>
    internal static (byte Red, byte Green, byte Blue) VocColor(int index)
    {
        var (r, g, b) = (0, 0, 0);
        for (var bit = 7; index > 0; bit--, index >>= 3)
        {
            r |= (index & 1) << bit;
            g |= (index >> 1 & 1) << bit;
            b |= (index >> 2 & 1) << bit;
        }
        return ((byte)r, (byte)g, (byte)b);
    }
}
