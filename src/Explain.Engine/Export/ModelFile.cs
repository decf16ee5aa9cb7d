using Explain.Autodiff.Onnx;
using Google.Protobuf;

namespace Explain.Engine.Export;

/// <summary>Writes a model so that a reader of its path finds the old file or the new one, never a part.</summary>
internal static class ModelFile
{
    private const string DataSuffix = ".data";

    // The memory page that ONNX Runtime maps weights by.
    private const int Alignment = 4096;

    /// <summary>
    /// Writes it. Weights that the source keeps outside its file stay outside: in the source's own folder the same files are read, anywhere
    /// else they are copied into one file beside the model, called as the model and ending in <c>.data</c>.
    /// </summary>
    /// <param name="model">The model; where its weights are is changed.</param>
    /// <param name="folder">Folder of the source.</param>
    /// <param name="path">Where to write.</param>
    /// <exception cref="InvalidDataException">A file of weights is missing, too short, or outside the folder.</exception>
    public static void Write(ModelProto model, string folder, string path)
    {
        var full = Path.GetFullPath(path);
        var target = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(target);
        TensorProto[] outside = [.. External(model.Graph)];
        if (outside.Length > 0 && Path.GetFullPath(folder) != target)
            Replace(full + DataSuffix, stream => Copy(outside, folder, Path.GetFileName(full) + DataSuffix, stream));
        Replace(full, model.WriteTo);
    }

    private static void Replace(string path, Action<Stream> write)
    {
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var stream = File.Create(part))
                write(stream);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static void Copy(TensorProto[] tensors, string folder, string name, Stream to)
    {
        var copied = new Dictionary<(string, long, long), long>();
        foreach (var tensor in tensors)
        {
            var facts = tensor.ExternalData.ToDictionary(e => e.Key, e => e.Value);
            using var from = Open(folder, facts["location"]);
            var offset = facts.TryGetValue("offset", out var o) ? long.Parse(o) : 0;
            var length = facts.TryGetValue("length", out var l) ? long.Parse(l) : from.Length - offset;
            if (offset < 0 || length < 0 || offset + length > from.Length)
                throw new InvalidDataException($"weights '{tensor.Name}' lie beyond the end of '{facts["location"]}'");
            if (!copied.TryGetValue((facts["location"], offset, length), out var at))
            {
                to.Position = at = (to.Length + Alignment - 1) / Alignment * Alignment;
                from.Position = offset;
                CopyBytes(from, to, length);
                copied[(facts["location"], offset, length)] = at;
            }
            tensor.ExternalData.Clear();
            tensor.ExternalData.AddRange([Entry("location", name), Entry("offset", $"{at}"), Entry("length", $"{length}")]);
        }
    }

    private static void CopyBytes(FileStream from, Stream to, long length)
    {
        var buffer = new byte[1 << 20];
        for (var left = length; left > 0; )
        {
            var read = from.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
                throw new InvalidDataException($"'{Path.GetFileName(from.Name)}' ended early");
            to.Write(buffer, 0, read);
            left -= read;
        }
    }

    private static FileStream Open(string folder, string location)
    {
        // A model must not carry off files that are not its own.
        var path = Path.GetFullPath(Path.Combine(folder, location));
        if (
            !path.StartsWith(
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
        )
        {
            throw new InvalidDataException($"the weights '{location}' are outside the model's folder");
        }

        return File.Exists(path) ? File.OpenRead(path) : throw new InvalidDataException($"the file of weights '{location}' is missing");
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    private static IEnumerable<TensorProto> External(GraphProto graph) =>
        graph
            .Initializer.Concat(graph.Node.SelectMany(n => n.Attribute).SelectMany(Tensors))
            .Where(t => t.DataLocation == TensorProto.Types.DataLocation.External);

    private static IEnumerable<TensorProto> Tensors(AttributeProto attribute) =>
        new[] { attribute.T }
            .Where(t => t is not null)
            .Concat(attribute.Graphs.Append(attribute.G).Where(g => g is not null).SelectMany(External));
}
