namespace Explain.Engine.Models;

/// <summary>Where a model comes from: a folder, a bare file, or the assembly's own content.</summary>
/// <param name="Name">Name under which it is served.</param>
/// <param name="Version">Version number as text.</param>
/// <param name="Folder">Folder for weights outside the file; null for embedded content.</param>
/// <param name="Open">Opens a file of the model by its name, or returns null when there is none.</param>
/// <param name="ModelFile">Name of the <c>.onnx</c> file.</param>
internal sealed record ModelSource(string Name, string Version, string? Folder, Func<string, Stream?> Open, string ModelFile = "model.onnx")
{
    /// <summary>The models below a directory: <c>name/model.onnx</c>, or the highest of <c>name/N/model.onnx</c>. No link leads their files out of the directory.</summary>
    public static IEnumerable<ModelSource> Scan(string directory)
    {
        foreach (var folder in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            var versions = Directory.EnumerateDirectories(folder).Select(Path.GetFileName)
                .Where(v => long.TryParse(v, out _) && File.Exists(Path.Combine(folder, v!, "model.onnx"))).OrderByDescending(v => long.Parse(v!)).ToArray();
            if (File.Exists(Path.Combine(folder, "model.onnx"))) yield return FromFolder(name, "1", folder, directory);
            else if (versions.Length > 0) yield return FromFolder(name, versions[0]!, Path.Combine(folder, versions[0]!), directory);
        }
    }

    /// <summary>A folder with <c>model.onnx</c>, or a single <c>.onnx</c> file whose neighbours are used when it is called <c>model.onnx</c>.</summary>
    public static ModelSource FromPath(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full)) return FromFolder(Path.GetFileName(full), "1", full);
        var folder = Path.GetDirectoryName(full)!;
        var file = Path.GetFileName(full);
        var source = FromFolder(Path.GetFileNameWithoutExtension(full), "1", folder) with { ModelFile = file };
        return file == "model.onnx" ? source with { Name = Path.GetFileName(folder) } : source with { Open = name => name == file ? source.Open(name) : null };
    }

    private static ModelSource FromFolder(string name, string version, string folder, string? root = null) => new(name, version, folder, file => OpenInside(folder, file, root));

    private static FileStream? OpenInside(string folder, string file, string? root)
    {
        // What model.json names must be in the model's own folder.
        var path = Path.GetFullPath(Path.Combine(folder, file));
        if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"'{file}' is outside the model's folder");
        if (!File.Exists(path)) return null;
        if (root is not null && !RealPath.IsBelow(path, root)) throw new InvalidDataException($"'{file}' is a link that leads out of the models directory");
        return File.OpenRead(path);
    }
}
