namespace Explain.Engine.Models.Reading;

/// <summary>Where a model comes from: a folder, a bare file, or what a host embeds.</summary>
/// <param name="Name">Name under which it is served.</param>
/// <param name="Version">Version number as text.</param>
/// <param name="Folder">Folder for weights outside the file; null for embedded content.</param>
/// <param name="Open">Opens a file of the model by its name, or returns null when there is none.</param>
/// <param name="ModelFile">Name of the <c>.onnx</c> file.</param>
public sealed record ModelSource(string Name, string Version, string? Folder, Func<string, Stream?> Open, string ModelFile = "model.onnx")
{
    /// <summary>
    /// The models below a directory, each in a folder of its name; or the one model of the name <paramref name="own"/> whose folder the
    /// directory is. No link leads their files out of the directory.
    /// </summary>
    internal static IEnumerable<ModelSource> Scan(string directory, string? own = null) =>
        own is not null && InFolder(own, directory, directory) is { } single
            ? [single]
            : Directory
                .EnumerateDirectories(directory)
                .Order(StringComparer.Ordinal)
                .Select(folder => InFolder(Path.GetFileName(folder), folder, directory))
                .OfType<ModelSource>();

    /// <summary>
    /// A folder with <c>model.onnx</c>, or a single <c>.onnx</c> file whose neighbours are used when it is called <c>model.onnx</c>.
    /// </summary>
    internal static ModelSource FromPath(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
            return FromFolder(Path.GetFileName(full), "1", full);
        var folder = Path.GetDirectoryName(full)!;
        var file = Path.GetFileName(full);
        var source = FromFolder(Path.GetFileNameWithoutExtension(full), "1", folder) with { ModelFile = file };
        return file == "model.onnx"
            ? source with
            {
                Name = Path.GetFileName(folder),
            }
            : source with
            {
                Open = name => name == file ? source.Open(name) : null,
            };
    }

    // folder/model.onnx, or the highest of folder/N/model.onnx.
    private static ModelSource? InFolder(string name, string folder, string root)
    {
        if (File.Exists(Path.Combine(folder, "model.onnx")))
            return FromFolder(name, "1", folder, root);
        var version = Directory
            .EnumerateDirectories(folder)
            .Select(v => Path.GetFileName(v)!)
            .Where(v => long.TryParse(v, out _) && File.Exists(Path.Combine(folder, v, "model.onnx")))
            .MaxBy(long.Parse);
        return version is null ? null : FromFolder(name, version, Path.Combine(folder, version), root);
    }

    private static ModelSource FromFolder(string name, string version, string folder, string? root = null) =>
        new(name, version, folder, file => OpenInside(folder, file, root));

    private static FileStream? OpenInside(string folder, string file, string? root)
    {
        // What model.json names must be in the model's own folder.
        var path = Path.GetFullPath(Path.Combine(folder, file));
        if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"'{file}' is outside the model's folder");
        if (!File.Exists(path))
            return null;
        if (root is not null && !RealPath.IsBelow(path, root))
            throw new InvalidDataException($"'{file}' is a link that leads out of the models directory");
        return File.OpenRead(path);
    }
}
