using System.Globalization;
using Explain.Autodiff.Onnx;
using Google.Protobuf;

namespace Explain.Autodiff.Graphs;

/// <summary>Weights that a file beside the graph holds, put into the graph.</summary>
public static class EmbeddedWeights
{
    /// <summary>Puts in what a file holds; nothing is copied.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="location">What the graph calls the file.</param>
    /// <param name="file">What is in it, which must not change any more.</param>
    public static void Embed(Graph graph, string location, ReadOnlyMemory<byte> file)
    {
        foreach (var tensor in graph.Proto.Initializer.Where(t => Text(t, "location") == location))
        {
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(file.Slice(Number(tensor, "offset"), Number(tensor, "length")));
            tensor.ExternalData.Clear();
            tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        }
    }

    private static int Number(TensorProto tensor, string key) => int.Parse(Text(tensor, key) ?? "0", CultureInfo.InvariantCulture);

    private static string? Text(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
}
