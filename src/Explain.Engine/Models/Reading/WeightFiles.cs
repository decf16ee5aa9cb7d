using System.Security.Cryptography;
using Explain.Autodiff.Onnx;

namespace Explain.Engine.Models.Reading;

/// <summary>The files beside a model that hold its weights.</summary>
internal static class WeightFiles
{
    private const int Block = 1 << 20;

    /// <summary>
    /// Finds them, and checks that all are there, in the model's folder. ONNX Runtime checks that, too, but names paths of the machine,
    /// which clients would read.
    /// </summary>
    /// <returns>Their paths, each once, in the order of their names.</returns>
    /// <exception cref="InvalidDataException">One is missing or elsewhere.</exception>
    public static IReadOnlyList<string> Find(GraphProto graph, string folder)
    {
        string[] paths = [.. Locations(graph).Distinct().Order(StringComparer.Ordinal).Select(location => Path.Combine(folder, location))];
        foreach (var path in paths)
        {
            if (!RealPath.IsBelow(path, folder))
                throw new InvalidDataException($"the weights in '{Path.GetFileName(path)}' are outside the model's folder");
            if (!File.Exists(path))
                throw new InvalidDataException($"the weights in '{Path.GetFileName(path)}' are missing");
        }
        return paths;
    }

    /// <summary>SHA-256 of a model: of its file, and of its weights' files behind it.</summary>
    /// <param name="model">The file.</param>
    /// <param name="weights">Paths of the others.</param>
    /// <returns>Lower-case hex.</returns>
    public static string Digest(byte[] model, IReadOnlyList<string> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(model);
        var block = new byte[Block];
        foreach (var path in weights)
        {
            using var file = File.OpenRead(path);
            for (int read; (read = file.Read(block)) > 0; )
                hash.AppendData(block.AsSpan(0, read));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Locations(GraphProto graph)
    {
        var attributes = graph.Node.SelectMany(n => n.Attribute).ToArray();
        return graph
            .Initializer.Concat(attributes.SelectMany(a => a.Tensors))
            .Concat(attributes.Select(a => a.T).OfType<TensorProto>())
            .Where(t => t.DataLocation == TensorProto.Types.DataLocation.External)
            .SelectMany(t => t.ExternalData)
            .Where(e => e.Key == "location")
            .Select(e => e.Value)
            .Concat(attributes.SelectMany(a => a.Graphs).Concat(attributes.Select(a => a.G).OfType<GraphProto>()).SelectMany(Locations));
    }
}
