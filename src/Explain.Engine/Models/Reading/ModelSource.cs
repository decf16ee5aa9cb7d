namespace Explain.Engine.Models.Reading;

/// <summary>Where a model comes from: a folder, a bare file, or what a host embeds.</summary>
/// <param name="Name">Name under which it is served.</param>
/// <param name="Version">Version number as text.</param>
/// <param name="Folder">Folder for weights outside the file; null for embedded content.</param>
/// <param name="Open">Opens a file of the model by its name, or returns null when there is none.</param>
/// <param name="ModelFile">Name of the <c>.onnx</c> file.</param>
public sealed record ModelSource(string Name, string Version, string? Folder, Func<string, Stream?> Open, string ModelFile = "model.onnx")
{
    /// <summary>How models lie in a directory, in words.</summary>
    public const string Layout = "DIR/NAME/model.onnx, DIR/NAME/VERSION/model.onnx or DIR/NAME.onnx";

    private const string Usual = "model.onnx";

    /// <summary>
    /// The models of a directory: each in a folder of its name, or in a file of its name alone; and the one whose folder the directory is,
    /// by the name <paramref name="own"/> or by that of the directory. No link leads their files out of the directory.
    /// </summary>
    internal static IEnumerable<ModelSource> Scan(string directory, string? own = null)
    {
        if (own is not null && InFolder(own, directory, directory) is { } single)
            return [single];
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var folders = Directory
            .EnumerateDirectories(directory)
            .Order(StringComparer.Ordinal)
            .Select(folder => InFolder(Path.GetFileName(folder), folder, directory));
        var files = Onnx(directory)
            .Select(file => file == Usual ? FromFolder(Path.GetFileName(root), "1", root, root) : FromFile(root, file, root));
        return folders.Concat(files).OfType<ModelSource>().DistinctBy(s => s.Name);
    }

    /// <summary>What lies in a directory and is no model, though it looks like one, in words; the whole where it holds none.</summary>
    internal static IEnumerable<string> Strays(string directory, string? own = null)
    {
        if (!Scan(directory, own).Any())
            yield return $"'{directory}' holds no model";
        foreach (var folder in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            if (InFolder(Path.GetFileName(folder), folder, directory) is null && Onnx(folder) is { Length: > 0 } files)
                yield return $"'{folder}' holds {string.Join(", ", files.Take(5))}, and none is called {Usual}";
        }
    }

    /// <summary>
    /// A folder with <c>model.onnx</c>, or a single <c>.onnx</c> file whose neighbours are used when it is called <c>model.onnx</c>.
    /// </summary>
    /// <param name="path">The folder or the file.</param>
    public static ModelSource FromPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
            return FromFolder(Path.GetFileName(full), "1", full);
        var folder = Path.GetDirectoryName(full)!;
        return Path.GetFileName(full) == Usual
            ? FromFolder(Path.GetFileName(folder), "1", folder)
            : FromFile(folder, Path.GetFileName(full), null);
    }

    // folder/model.onnx, or the only file of its kind there; or the highest of folder/N/model.onnx.
    private static ModelSource? InFolder(string name, string folder, string root)
    {
        if (File.Exists(Path.Combine(folder, Usual)))
            return FromFolder(name, "1", folder, root);
        if (folder != root && Onnx(folder) is [var only])
            return FromFolder(name, "1", folder, root) with { ModelFile = only };
        var version = Directory
            .EnumerateDirectories(folder)
            .Select(v => Path.GetFileName(v)!)
            .Where(v => long.TryParse(v, out _) && File.Exists(Path.Combine(folder, v, Usual)))
            .MaxBy(long.Parse);
        return version is null ? null : FromFolder(name, version, Path.Combine(folder, version), root);
    }

    private static string[] Onnx(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.onnx").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    // Its neighbours may be those of other models.
    private static ModelSource FromFile(string folder, string file, string? root)
    {
        var source = FromFolder(Path.GetFileNameWithoutExtension(file), "1", folder, root);
        return source with { ModelFile = file, Open = name => name == file ? source.Open(name) : null };
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
