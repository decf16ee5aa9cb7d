using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>A format of annotations.</summary>
/// <param name="Name">What a caller calls it.</param>
/// <param name="Extension">What its files end in.</param>
/// <param name="Folders">Whether a folder of such files is read as a whole.</param>
/// <param name="Meaning">What it is, in words.</param>
/// <param name="Read">Reads a file, or a folder where those are read.</param>
public sealed record AnnotationFormat(
    string Name,
    string Extension,
    bool Folders,
    string Meaning,
    Func<string, AnnotationOptions, IReadOnlyList<AnnotatedImage>> Read
);

/// <summary>The formats that annotations are read from.</summary>
public static class AnnotationFormats
{
    /// <summary>All of them.</summary>
    // csharpier-ignore
    public static IReadOnlyList<AnnotationFormat> All { get; } =
    [
        new("voc", ".xml", true, "Pascal VOC's or ILSVRC's, a file a picture", VocXml.Read),
        new("coco", ".json", false, "instances of COCO", CocoJson.Read),
        new("csv", ".csv", false, "a table with a box a row", CsvBoxes.Read),
        new("masks", ".png", true, "a mask a picture, or one for each of its labels", PngMasks.Read),
    ];

    private static IEnumerable<string> Names => All.Select(f => f.Name);

    private static string Allowed => string.Join("; ", All.Select(f => $"{f.Name}: {Recognised(f)} ({f.Meaning})"));

    /// <summary>Reads annotations: of the format that is asked for, else of the one whose files they are.</summary>
    /// <param name="path">A file, or a folder.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>One entry a picture, in the order of the files.</returns>
    /// <exception cref="FormatException">What is wrong, in which file and line; or which formats there are.</exception>
    public static IReadOnlyList<AnnotatedImage> Read(string path, AnnotationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new AnnotationOptions();
        try
        {
            if (!Path.Exists(path))
                throw new FormatException($"'{path}' is not there; it is to hold the annotations");
            return Of(path, options.Format).Read(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static AnnotationFormat Of(string path, string? name)
    {
        var folder = Directory.Exists(path);
        if (name is not null)
        {
            var asked = All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException(
                    $"'{Spelling.Shown(name)}' is no format of annotations;{Spelling.Hint(name, Names)} allowed: {Allowed}"
                );
            return !folder || asked.Folders
                ? asked
                : throw new FormatException($"'{path}' is a folder, and {asked.Name} is {Recognised(asked)}");
        }

        AnnotationFormat[] fitting =
        [
            .. folder
                ? All.Where(f => f.Folders && AnnotationFiles.Below(path, f.Extension).Count > 0)
                : All.Where(f => f.Extension.Equals(Path.GetExtension(path), StringComparison.OrdinalIgnoreCase)),
        ];
        return fitting switch
        {
            [var one] => one,
            [] => throw new FormatException($"'{path}' is of no format of annotations; allowed: {Allowed}"),
            _ => throw new FormatException(
                $"'{path}' is of several formats of annotations, {string.Join(" and ", fitting.Select(f => f.Name))}: say which"
            ),
        };
    }

    private static string Recognised(AnnotationFormat format) =>
        format.Folders ? $"a folder with {format.Extension} files, or one of them" : $"a file ending in {format.Extension}";
}
