using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Annotations;

/// <summary>
/// Reads masks in PNG, which are called like their pictures but for the extension. Where a mask is sought its picture may lie in the same
/// folders, or, when the innermost folder is a label, without that one, so that a picture can have masks in several folders. What is
/// transparent is background. Without the folder of the pictures a picture is taken to be called like its mask.
/// </summary>
internal static class PngMasks
{
    private const int DepthAt = 24;

    /// <summary>Reads a mask, or those of a folder.</summary>
    /// <exception cref="FormatException">What is wrong, and in which file.</exception>
    /// <exception cref="ArgumentException">The options have no codec.</exception>
    public static IReadOnlyList<AnnotatedImage> Read(string path, AnnotationOptions options)
    {
        if (options.Codec is null)
            throw new ArgumentException("Masks in PNG need a codec.", nameof(options));
        var list = new PictureList(path, options);
        var (root, names) = Directory.Exists(path)
            ? (path, AnnotationFiles.Below(path, ".png"))
            : (Path.GetDirectoryName(Path.GetFullPath(path))!, [Path.GetFileName(path)]);
        foreach (var name in names)
        {
            var file = Path.Combine(root, name);
            if (MaskColors.Of(options.MaskLabels) is { } colors)
                AddColors(file, name, colors, list, options);
            else
                AddWhole(file, name, list, options);
        }
        return list.All();
    }

    /// <summary>The pixels of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="exact">Whether its values are indices, which a file of fewer or more bits than eight would have changed.</param>
    /// <param name="options">How it is decoded.</param>
    /// <exception cref="FormatException">It cannot be decoded.</exception>
    public static RgbImage Decode(string file, bool exact, AnnotationOptions options)
    {
        try
        {
            var encoded = File.ReadAllBytes(file);
            var image = options.Codec!.Decode(encoded, options.MaxPixels, AlphaMode.Black);
            // A palette's colours are of eight bits, however many its indices have.
            return !exact || encoded[DepthAt] == 8 || encoded[DepthAt + 1] == 3
                ? image
                : throw new Place(file).Refusal($"has {encoded[DepthAt]} bits a value; class indices are read from eight");
        }
        catch (ExplainException e)
        {
            throw new Place(file).Refusal($"is no mask that is read: {e.Message}", e);
        }
    }

    private static void AddWhole(string file, string name, PictureList list, AnnotationOptions options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var above = Path.GetDirectoryName(Path.GetDirectoryName(name) ?? "") ?? "";
        string[] names = name.Contains('/') ? [name, $"{above}/{Path.GetFileName(name)}".TrimStart('/')] : [name];
        if (list.Picture(new Place(file), null, names) is not { } picture)
            return;
        picture.Add(
            new AnnotatedObject(Path.GetFileName(folder), null)
            {
                Mask = new PngMask(() => Decode(file, exact: false, options), file, (r, g, b) => (r | g | b) != 0),
            }
        );
    }

    private static void AddColors(string file, string name, MaskColors colors, PictureList list, AnnotationOptions options)
    {
        var image = Decode(file, colors.AreValues, options);
        var seen = new bool[MaskColors.Count];
        for (var i = 0; i < image.Pixels.Length; i += 3)
        {
            var (r, g, b) = (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
            if (colors.Index(r, g, b) is not { } index)
            {
                var (x, y) = (i / 3 % image.Width, i / 3 / image.Width);
                throw new Place(file).Refusal($"has the colour ({r}, {g}, {b}) at ({x}, {y}), which is {colors.Lacking}");
            }
            seen[index] = true;
        }
        if (list.Only(new Place(file), (image.Width, image.Height), name) is not { } picture)
            return;
        for (var index = 1; index < MaskColors.Void; index++)
        {
            if (!seen[index])
                continue;
            var own = index;
            picture.Add(
                new AnnotatedObject(colors.Label(index), null)
                {
                    Mask = new PngMask(() => Decode(file, colors.AreValues, options), file, (r, g, b) => colors.Index(r, g, b) == own),
                }
            );
        }
    }
}
