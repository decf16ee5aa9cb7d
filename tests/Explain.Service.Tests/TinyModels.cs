using Explain.Autodiff.Onnx;
using Google.Protobuf;

namespace Explain.Service.Tests;

/// <summary>Writes a models directory with small models that are each good or bad for something.</summary>
internal static class TinyModels
{
    public const int Channels = 4;

    /// <summary>What <c>model.json</c> of <c>tiny</c> calls the channels of <c>features</c>.</summary>
    public static readonly string[] ChannelNames = ["edges", "stripes", "blobs", "sky"];

    /// <summary>
    /// Writes <c>tiny</c>, <c>other</c>, <c>flat</c> (no feature map), <c>norule</c> (an operator without a gradient) and <c>broken</c> (no
    /// ONNX).
    /// </summary>
    public static void Write(string directory)
    {
        Save(directory, "tiny", Classifier(size: 16, classes: 3, seed: 1), ["red", "green thing", "blue, azure"]);
        File.WriteAllText(Path.Combine(directory, "tiny", "model.json"), """{ "channels": { "features": "channels.txt" } }""");
        File.WriteAllLines(Path.Combine(directory, "tiny", "channels.txt"), ChannelNames);
        Save(directory, "other", Classifier(size: 12, classes: 5, seed: 2), []);
        Save(directory, "flat", Flat(), []);
        Save(directory, "norule", Classifier(size: 16, classes: 3, seed: 3, extra: "ai.onnx.ml.Binarizer"), []);
        Directory.CreateDirectory(Path.Combine(directory, "broken"));
        File.WriteAllText(Path.Combine(directory, "broken", "model.onnx"), "this is no ONNX file");
    }

    /// <summary>Writes <c>slow</c>: a pass takes milliseconds, so the most samples that may be asked for take minutes.</summary>
    public static void WriteSlow(string directory) => Save(directory, "slow", Classifier(size: 512, classes: 3, seed: 5), []);

    /// <summary>
    /// Writes a classifier of three classes in the place of what was there; as in a deployment, no file is ever half of it.
    /// </summary>
    public static void Replace(string directory, string name, int seed, string[] labels)
    {
        var next = Directory.CreateTempSubdirectory("explain-next-").FullName;
        Save(next, name, Classifier(size: 16, classes: 3, seed), labels);
        Directory.CreateDirectory(Path.Combine(directory, name));
        foreach (var file in Directory.GetFiles(Path.Combine(next, name)))
            File.Move(file, Path.Combine(directory, name, Path.GetFileName(file)), overwrite: true);
        Directory.Delete(next, recursive: true);
    }

    // Conv, Relu ("features"), global average pooling, perhaps one operator more, Gemm ("logits").
    private static ModelProto Classifier(int size, int classes, int seed, string? extra = null)
    {
        var graph = Graph([3, size, size], classes);
        graph.Initializer.Add(Weights("w", seed, Channels, 3, 3, 3));
        graph.Initializer.Add(Weights("head", seed + 100, classes, Channels));
        graph.Initializer.Add(Weights("bias", seed + 200, classes));
        graph.Node.Add(Node("Conv", ["x", "w"], "conv", Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2)));
        graph.Node.Add(Node("Relu", ["conv"], "features"));
        graph.Node.Add(Node("GlobalAveragePool", ["features"], "pooled"));
        graph.Node.Add(Node("Flatten", ["pooled"], "flat"));
        if (extra is not null)
            graph.Node.Add(Node(extra, ["flat"], "extra"));
        graph.Node.Add(
            Node(
                "Gemm",
                [extra is null ? "flat" : "extra", "head", "bias"],
                "logits",
                new AttributeProto
                {
                    Name = "transB",
                    Type = AttributeProto.Types.AttributeType.Int,
                    I = 1,
                }
            )
        );
        return Model(graph);
    }

    private static ModelProto Flat()
    {
        var graph = Graph([3, 8, 8], 2);
        graph.Initializer.Add(Weights("w", 4, 192, 2));
        graph.Node.Add(Node("Flatten", ["x"], "flat"));
        graph.Node.Add(Node("Gemm", ["flat", "w"], "logits"));
        return Model(graph);
    }

    private static void Save(string directory, string name, ModelProto model, string[] labels)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model.ToByteArray());
        if (labels.Length > 0)
            File.WriteAllLines(Path.Combine(folder, "labels.txt"), labels);
    }

    private static ModelProto Model(GraphProto graph) =>
        new()
        {
            IrVersion = 8,
            Graph = graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Version = 17 },
                new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 },
            },
        };

    private static GraphProto Graph(long[] input, long classes) =>
        new()
        {
            Name = "test",
            Input = { Value("x", input) },
            Output = { Value("logits", [classes]) },
        };

    private static ValueInfoProto Value(string name, long[] extents)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        shape.Dim.AddRange(extents.Select(e => new TensorShapeProto.Types.Dimension { DimValue = e }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape },
            },
        };
    }

    private static NodeProto Node(string op, string[] inputs, string output, params AttributeProto[] attributes) =>
        new()
        {
            OpType = op[(op.LastIndexOf('.') + 1)..],
            Domain = op[..Math.Max(op.LastIndexOf('.'), 0)],
            Name = $"{op}_{output}",
            Input = { inputs },
            Output = { output },
            Attribute = { attributes },
        };

    private static AttributeProto Ints(string name, params long[] values) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Ints,
            Ints = { values },
        };

    private static TensorProto Weights(string name, int seed, params long[] extents)
    {
        var random = new Random(seed);
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { extents },
        };
        tensor.FloatData.AddRange(
            Enumerable.Range(0, (int)extents.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() * 2 - 1)
        );
        return tensor;
    }
}
