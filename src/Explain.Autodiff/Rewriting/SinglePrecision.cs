using System.Runtime.InteropServices;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Google.Protobuf;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Lets a model compute in float32: half precision, for which the CPU has few kernels and gradients are too coarse, and double precision,
/// for which there is no convolution. Names stay; weights, inputs, outputs and casts change their type.
/// </summary>
public static class SinglePrecision
{
    // Attributes that hold an element type.
    private static readonly HashSet<string> TypeAttributes = ["to", "dtype", "output_dtype", "output_datatype"];

    /// <summary>
    /// Rewrites a model in place. Double precision that begins and ends within the model, such as that of extents, stays.
    /// </summary>
    /// <param name="model">The model; a <see cref="Graph"/> is made of it afterwards.</param>
    /// <returns>The element types that are no more, in the order of their numbers; empty when nothing changed.</returns>
    public static IReadOnlyList<DataType> Apply(ModelProto model)
    {
        if (model.Graph is not { } graph)
            return [];
        var weights = graph.Initializer.Select(t => t.Name).ToHashSet();
        var ends = graph
            .Input.Where(i => !weights.Contains(i.Name))
            .Concat(graph.Output)
            .Any(i => i.Type?.TensorType?.ElemType == (int)DataType.Double);
        var pass = new Pass([DataType.Float16, DataType.Bfloat16, .. ends ? new[] { DataType.Double } : []]);
        pass.Rewrite(graph);
        foreach (var node in model.Functions.SelectMany(f => f.Node))
            pass.Rewrite(node);
        return [.. pass.Found.Order()];
    }

    private sealed class Pass(HashSet<DataType> replaced)
    {
        public HashSet<DataType> Found { get; } = [];

        public void Rewrite(GraphProto graph)
        {
            foreach (var info in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            {
                if (info.Type?.TensorType is { } type && Replaces(type.ElemType))
                    type.ElemType = (int)DataType.Float;
            }

            foreach (var node in graph.Node)
                Rewrite(node);
            var beside = new List<TensorProto>();
            foreach (var tensor in graph.Initializer.Where(t => Replaces(t.DataType)))
            {
                if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
                    beside.Add(tensor);
                else
                    Widen(tensor);
            }

            if (beside.Count > 0)
                CastWhenRead(graph, beside);
        }

        public void Rewrite(NodeProto node)
        {
            foreach (var attribute in node.Attribute)
            {
                if (TypeAttributes.Contains(attribute.Name) && Replaces((int)attribute.I))
                    attribute.I = (int)DataType.Float;
                foreach (var tensor in attribute.Tensors.Append(attribute.T).OfType<TensorProto>().Where(t => Replaces(t.DataType)))
                    Widen(tensor);
                foreach (var graph in attribute.Graphs.Append(attribute.G).OfType<GraphProto>())
                    Rewrite(graph);
            }
        }

        private bool Replaces(int element)
        {
            var replaces = replaced.Contains((DataType)element);
            if (replaces)
                Found.Add((DataType)element);
            return replaces;
        }
    }

    // Weights beside the file stay there; ONNX Runtime reads and casts them.
    private static void CastWhenRead(GraphProto graph, List<TensorProto> tensors)
    {
        var (taken, read) = (new GraphNames(graph), tensors.Select(t => t.Name).ToHashSet());
        Pruning.Keep(graph.Input, i => !read.Contains(i.Name));
        var nodes = graph.Node.ToArray();
        graph.Node.Clear();
        foreach (var tensor in tensors)
        {
            var name = tensor.Name;
            tensor.Name = taken.Free($"{name}/stored");
            graph.Node.Add(
                new NodeProto
                {
                    OpType = "Cast",
                    Name = taken.Free($"{name}/cast"),
                    Input = { tensor.Name },
                    Output = { name },
                    Attribute = { Of("to", (long)DataType.Float) },
                }
            );
        }

        graph.Node.AddRange(nodes);
    }

    private static void Widen(TensorProto tensor)
    {
        var values = (DataType)tensor.DataType switch
        {
            DataType.Float16 => Array.ConvertAll(Bits(tensor), b => (float)BitConverter.UInt16BitsToHalf(b)),
            DataType.Bfloat16 => Array.ConvertAll(Bits(tensor), b => BitConverter.Int32BitsToSingle(b << 16)),
            _ => Array.ConvertAll(
                tensor.RawData.Length > 0 ? MemoryMarshal.Cast<byte, double>(tensor.RawData.Span).ToArray() : [.. tensor.DoubleData],
                Nearest
            ),
        };
        tensor.DataType = (int)DataType.Float;
        tensor.Int32Data.Clear();
        tensor.DoubleData.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
    }

    private static ushort[] Bits(TensorProto tensor) =>
        tensor.RawData.Length > 0
            ? MemoryMarshal.Cast<byte, ushort>(tensor.RawData.Span).ToArray()
            : [.. tensor.Int32Data.Select(v => (ushort)v)];

    // What stands for "nothing allowed" in double precision must stay a number: infinity less infinity is none.
    private static float Nearest(double value) =>
        double.IsFinite(value) ? (float)Math.Clamp(value, float.MinValue, float.MaxValue) : (float)value;
}
