using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Benchmarks.Growing;

/// <summary>A classifier of residual blocks that is as large as one likes in one respect, with random weights.</summary>
internal sealed record GrowingNet
{
    private const int Width = 32;

    /// <summary>Height and width of the image.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Channels of the last feature map.</summary>
    public int Channels { get; init; } = 256;

    /// <summary>Classes.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Residual blocks, of three nodes each.</summary>
    public int Blocks { get; init; } = 4;

    /// <summary>The outputs of the blocks, the last one first.</summary>
    public IReadOnlyList<string> Layers => [.. Enumerable.Range(0, Blocks).Reverse().Select(b => $"block{b}")];

    /// <summary>Writes the graph.</summary>
    public void Write(string path)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto { Name = "growing" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        var graph = new Graph(model);
        var random = new Random(16);
        string Weight(long[] shape, double gain = 1)
        {
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            var scale = (float)Math.Sqrt(6 * gain / shape.Skip(1).Aggregate(1L, (a, b) => a * b));
            for (var i = 0; i < values.Length; i++)
                values[i] = scale * (2 * random.NextSingle() - 1);
            return graph.Add(Tensors.Float(shape, values)).Name;
        }
        var x = graph.AddInput("input", new TensorType(DataType.Float, [new Dim(null, "N"), 3, Size, Size])).Name;
        x = graph.Append("Conv", [x, Weight([Width, 3, 8, 8])], 1, [Of("strides", [8, 8])]).Output[0];
        for (var block = 0; block < Blocks; block++)
        {
            // However many blocks there are, the numbers stay of one size.
            var y = graph.Append("Conv", [x, Weight([Width, Width, 3, 3], 1.0 / Blocks)], 1, [Of("pads", [1, 1, 1, 1])]).Output[0];
            y = graph.Append("Relu", [y], 1, []).Output[0];
            var sum = graph.Append("Add", [x, y], 1, []);
            x = sum.Output[0] = $"block{block}";
        }
        x = graph.Append("Conv", [x, Weight([Channels, Width, 1, 1])], 1, []).Output[0];
        x = graph.Append("Relu", [x], 1, []).Output[0];
        x = graph.Append("Flatten", [graph.Append("GlobalAveragePool", [x], 1, []).Output[0]], 1, []).Output[0];
        x = graph.Append("Gemm", [x, Weight([Classes, Channels])], 1, [Of("transB", 1)]).Output[0];
        model.Graph.Output.Add(new ValueInfoProto { Name = x });
        File.WriteAllBytes(path, graph.ToBytes());
    }
}
