using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Engine.Tests.Models;

/// <summary>Writes a model with its weights beside it.</summary>
internal static class ExternalWeights
{
    /// <summary>Writes <c>model.onnx</c> and <c>weights.bin</c>.</summary>
    public static void Write(Graph graph, string folder)
    {
        var outside = graph.Clone();
        using (var data = File.Create(Path.Combine(folder, "weights.bin")))
        {
            foreach (var tensor in outside.Proto.Initializer)
            {
                Refer(tensor, data.Position, tensor.RawData.Length);
                tensor.RawData.WriteTo(data);
                tensor.RawData = Google.Protobuf.ByteString.Empty;
            }
        }
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), outside.ToBytes());
    }

    /// <summary>Lets a tensor be a part of <c>weights.bin</c>.</summary>
    public static void Refer(TensorProto tensor, long offset, long length)
    {
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
    }
}
