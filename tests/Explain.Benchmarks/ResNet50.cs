using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Benchmarks;

/// <summary>
/// A full-size ResNet-50 (He et al. 2016, table 1) with random weights, batch normalisation folded: timings do not depend on what the
/// weights say.
/// </summary>
internal static class ResNet50
{
    /// <summary>What the command line calls it.</summary>
    public const string Name = "resnet50";

    /// <summary>Writes the graph.</summary>
    public static void Write(string path)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto { Name = Name },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        var graph = new Graph(model);
        var random = new Random(50);
        var x = graph.AddInput("input", new TensorType(DataType.Float, [new Dim(null, "N"), 3, 224, 224])).Name;
        x = Relu(graph, Conv(graph, random, x, 3, 64, 7, 2));
        x = graph.Append("MaxPool", [x], 1, [Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("pads", [1, 1, 1, 1])]).Output[0];
        var channels = 64;
        foreach (var (width, blocks, first) in new[] { (64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2) })
        {
            for (var block = 0; block < blocks; block++)
            {
                var stride = block == 0 ? first : 1;
                var y = Relu(graph, Conv(graph, random, x, channels, width, 1, 1));
                y = Relu(graph, Conv(graph, random, y, width, width, 3, stride));
                y = Conv(graph, random, y, width, 4 * width, 1, 1);
                if (block == 0)
                    x = Conv(graph, random, x, channels, 4 * width, 1, stride);
                x = Relu(graph, graph.Append("Add", [x, y], 1, []).Output[0]);
                channels = 4 * width;
            }
        }
        x = graph.Append("GlobalAveragePool", [x], 1, []).Output[0];
        x = graph.Append("Flatten", [x], 1, []).Output[0];
        var weights = Weights(graph, random, [1000, 2048], 2048);
        x = graph.Append("Gemm", [x, weights, Weights(graph, random, [1000], 2048)], 1, [Of("transB", 1)]).Output[0];
        model.Graph.Output.Add(new ValueInfoProto { Name = x });
        File.WriteAllBytes(path, graph.ToBytes());
    }

    private static string Relu(Graph graph, string x) => graph.Append("Relu", [x], 1, []).Output[0];

    private static string Conv(Graph graph, Random random, string x, int from, int to, int kernel, int stride) =>
        graph
            .Append(
                "Conv",
                [x, Weights(graph, random, [to, from, kernel, kernel], from * kernel * kernel), Weights(graph, random, [to], to)],
                1,
                [
                    Of("kernel_shape", [kernel, kernel]),
                    Of("strides", [stride, stride]),
                    Of("pads", Enumerable.Repeat((long)(kernel / 2), 4)),
                ]
            )
            .Output[0];

    // Uniform with the variance of He initialisation, so that values stay in range through fifty layers.
    private static string Weights(Graph graph, Random random, long[] shape, int fanIn)
    {
        var bound = MathF.Sqrt(3f / fanIn);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (random.NextSingle() * 2 - 1) * bound;
        return graph.Add(Tensors.Float(shape, values)).Name;
    }
}
