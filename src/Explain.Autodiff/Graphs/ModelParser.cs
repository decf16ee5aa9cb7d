using Explain.Autodiff.Onnx;
using Google.Protobuf;

namespace Explain.Autodiff.Graphs;

/// <summary>Reads the bytes of an <c>.onnx</c> file.</summary>
internal static class ModelParser
{
    /// <summary>The model, in which every value has one node at most.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static ModelProto Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            var twice = model
                .Graph?.Node.SelectMany(n => n.Output)
                .Where(o => o.Length > 0)
                .GroupBy(o => o)
                .FirstOrDefault(g => g.Count() > 1)
                ?.Key;
            return twice is null ? model : throw new InvalidDataException($"the graph is broken: two nodes compute '{twice}'");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("the file is not an ONNX model: " + e.Message, e);
        }
    }
}
