using Explain.Autodiff.Onnx;
using Google.Protobuf;
using Attribute = Explain.Autodiff.Onnx.AttributeProto;

namespace Explain.Cli.Tests;

/// <summary>Small models, written as files.</summary>
internal static class TinyModels
{
    private const int Side = 8;
    private const int Classes = 3;

    /// <summary>Three maps, one a colour channel, averaged: the classes red, green, blue. Its layer is <c>features</c>.</summary>
    /// <param name="folder">Gets model.onnx and labels.txt.</param>
    /// <param name="extra">An operator between the features and the scores.</param>
    public static string Colours(string folder, string? extra = null)
    {
        var graph = Graph([Classes, Side, Side], Classes);
        graph.Initializer.Add(Unit("w", Classes, Classes, 1, 1));
        graph.Initializer.Add(Unit("head", Classes, Classes));
        graph.Node.Add(Node("Conv", ["x", "w"], "conv"));
        graph.Node.Add(Node("Relu", ["conv"], "features"));
        graph.Node.Add(Node("GlobalAveragePool", ["features"], "pooled"));
        graph.Node.Add(Node("Flatten", ["pooled"], "flat"));
        if (extra is not null)
            graph.Node.Add(Node(extra, ["flat"], "extra"));
        graph.Node.Add(Node("Gemm", [extra is null ? "flat" : "extra", "head"], "logits"));
        Save(graph, Path.Combine(folder, "model.onnx"));
        File.WriteAllLines(Path.Combine(folder, "labels.txt"), ["red", "green", "blue"]);
        return folder;
    }

    /// <summary>A model without any image among its inputs.</summary>
    public static string Vector(string file)
    {
        var graph = Graph([Classes], Classes);
        graph.Node.Add(Node("Relu", ["x"], "logits"));
        return Save(graph, file);
    }

    /// <summary>A model whose shape arithmetic has no derivative: the classes are reshaped by what Shape says.</summary>
    public static string WithShapes(string file)
    {
        var graph = Graph([Classes, Side, Side], Classes);
        graph.Initializer.Add(
            new TensorProto
            {
                Name = "zero",
                DataType = (int)TensorProto.Types.DataType.Int64,
                Dims = { 1 },
                Int64Data = { 0 },
            }
        );
        graph.Initializer.Add(
            new TensorProto
            {
                Name = "classes",
                DataType = (int)TensorProto.Types.DataType.Int64,
                Dims = { 1 },
                Int64Data = { Classes },
            }
        );
        graph.Node.Add(Node("Relu", ["x"], "features"));
        graph.Node.Add(Node("GlobalAveragePool", ["features"], "pooled"));
        graph.Node.Add(Node("Shape", ["features"], "shape"));
        graph.Node.Add(Node("Gather", ["shape", "zero"], "rows"));
        graph.Node.Add(
            Node(
                "Concat",
                ["rows", "classes"],
                "wanted",
                new Attribute
                {
                    Name = "axis",
                    Type = Attribute.Types.AttributeType.Int,
                    I = 0,
                }
            )
        );
        graph.Node.Add(Node("Reshape", ["pooled", "wanted"], "logits"));
        return Save(graph, file);
    }

    private static string Save(GraphProto graph, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(
            file,
            new ModelProto
            {
                IrVersion = 8,
                Graph = graph,
                OpsetImport =
                {
                    new OperatorSetIdProto { Version = 17 },
                    new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 },
                },
            }.ToByteArray()
        );
        return file;
    }

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

    private static NodeProto Node(string op, string[] inputs, string output, params Attribute[] attributes) =>
        new()
        {
            OpType = op[(op.LastIndexOf('.') + 1)..],
            Domain = op[..Math.Max(op.LastIndexOf('.'), 0)],
            Name = $"{op}_{output}",
            Input = { inputs },
            Output = { output },
            Attribute = { attributes },
        };

    // Rows and columns beyond the first two axes have one entry: a unit matrix either way.
    private static TensorProto Unit(string name, params long[] extents)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { extents },
        };
        tensor.FloatData.AddRange(Enumerable.Range(0, Classes * Classes).Select(i => i % (Classes + 1) == 0 ? 1f : 0f));
        return tensor;
    }
}
