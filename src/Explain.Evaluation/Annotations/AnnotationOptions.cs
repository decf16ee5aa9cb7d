using Explain.Engine.Images;

namespace Explain.Evaluation.Annotations;

/// <summary>Where the label of a mask comes from.</summary>
public enum MaskLabels
{
    /// <summary>From the name of the folder that the mask lies in; black is background, every other colour the object.</summary>
    Folder,

    /// <summary>From the grey value, a class index from 1 to 254; 0 is background and 255 belongs to nothing.</summary>
    Index,

    /// <summary>From the colour, by Pascal VOC's colour map and its twenty classes; (224, 224, 192) belongs to nothing.</summary>
    Voc,
}

/// <summary>How annotations are read.</summary>
public sealed record AnnotationOptions
{
    /// <summary>Name of a row of <see cref="AnnotationFormats.All"/>; null when the path is to tell.</summary>
    public string? Format { get; init; }

    /// <summary>
    /// Folder of the pictures. Where it is given, every picture of the annotations must be there, and one that they name without its
    /// extension, or with another, is found; null leaves names as the annotations have them.
    /// </summary>
    public string? Pictures { get; init; }

    /// <summary>Whether pictures that are not in <see cref="Pictures"/> are left out rather than refused.</summary>
    public bool LeaveOutMissing { get; init; }

    /// <summary>Whether boxes without a pixel, such as published data have a few of, are left out rather than refused.</summary>
    public bool LeaveOutEmpty { get; init; }

    /// <summary>Which column of a CSV file says what, see <see cref="CsvColumns"/>; what is not in it is found by its own name.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the labels of masks in PNG come from.</summary>
    public MaskLabels MaskLabels { get; init; }

    /// <summary>Decodes masks in PNG; needed for them alone.</summary>
    public IImageCodec? Codec { get; init; }

    /// <summary>Most pixels that a mask in PNG may have.</summary>
    public long MaxPixels { get; init; } = 250_000_000;
}
