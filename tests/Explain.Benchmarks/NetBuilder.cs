using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Benchmarks;

/// <summary>Builds networks with random weights: timings do not depend on what weights say.</summary>
internal sealed class NetBuilder
{
    private readonly Graph _graph;
    private readonly Random _random = new(50);

    /// <summary>A network of images, 224×224.</summary>
    public NetBuilder(string name)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto { Name = name },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        _graph = new Graph(model);
        Image = _graph.AddInput("input", new TensorType(DataType.Float, [new Dim(null, "N"), 3, 224, 224])).Name;
    }

    /// <summary>The image.</summary>
    public string Image { get; }

    /// <summary>Writes the file.</summary>
    public void Write(string scores, string path)
    {
        _graph.Proto.Output.Add(new ValueInfoProto { Name = scores });
        File.WriteAllBytes(path, _graph.ToBytes());
    }

    /// <summary>Any operator.</summary>
    public string Op(string op, string[] inputs, params AttributeProto[] attributes) => _graph.Append(op, inputs, 1, attributes).Output[0];

    /// <summary>A convolution; batch normalisation is folded into it.</summary>
    public string Conv(string x, int from, int to, int kernel, int stride = 1, int group = 1, int? pad = null) =>
        Op(
            "Conv",
            [x, Weights([to, from / group, kernel, kernel], from / group * kernel * kernel), Weights([to], to)],
            Of("kernel_shape", [kernel, kernel]),
            Of("strides", [stride, stride]),
            Of("pads", Enumerable.Repeat((long)(pad ?? kernel / 2), 4)),
            Of("group", group)
        );

    /// <summary>The same with a ReLU behind it.</summary>
    public string ConvRelu(string x, int from, int to, int kernel, int stride = 1) => Relu(Conv(x, from, to, kernel, stride));

    /// <summary>A rectifier.</summary>
    public string Relu(string x) => Op("Relu", [x]);

    /// <summary>x · sigmoid(x).</summary>
    public string Silu(string x) => Op("Mul", [x, Op("Sigmoid", [x])]);

    /// <summary>x · Φ(x), as exporters wrote it before opset 20.</summary>
    public string Gelu(string x)
    {
        var erf = Op("Erf", [Op("Div", [x, Number(1.4142135f)])]);
        return Op("Mul", [Op("Mul", [x, Op("Add", [erf, Number(1)])]), Number(0.5f)]);
    }

    /// <summary>A normalisation that no convolution stands before.</summary>
    public string BatchNorm(string x, int channels) =>
        Op("BatchNormalization", [x, Weights([channels], 3), Weights([channels], 3), Weights([channels], 3), Filled([channels], 1)]);

    /// <summary>A normalisation over the last axis.</summary>
    public string LayerNorm(string x, int width) =>
        Op("LayerNormalization", [x, Filled([width], 1), Weights([width], width)], Of("axis", -1));

    /// <summary>A linear layer over the last axis.</summary>
    public string Linear(string x, int from, int to) => Op("Add", [Op("MatMul", [x, Weights([from, to], from)]), Weights([to], to)]);

    /// <summary>Windows over the maps.</summary>
    public string Pool(string op, string x, int kernel, int stride, int pad = 0) =>
        Op(op, [x], Of("kernel_shape", [kernel, kernel]), Of("strides", [stride, stride]), Of("pads", Enumerable.Repeat((long)pad, 4)));

    /// <summary>The mean of every map, and scores of a thousand classes.</summary>
    public string Classify(string x, int channels) =>
        Op(
            "Gemm",
            [Op("Flatten", [Op("GlobalAveragePool", [x])]), Weights([1000, channels], channels), Weights([1000], channels)],
            Of("transB", 1)
        );

    /// <summary>Another shape.</summary>
    public string Reshape(string x, params long[] shape) => Op("Reshape", [x, _graph.Add(Tensors.Ints(shape)).Name]);

    /// <summary>Other places for the axes.</summary>
    public string Transpose(string x, params long[] permutation) => Op("Transpose", [x], Of("perm", permutation));

    /// <summary>A number.</summary>
    public string Number(float value) => _graph.Add(Tensors.Float([], [value])).Name;

    /// <summary>A tensor of one number.</summary>
    public string Filled(long[] shape, float value) =>
        _graph.Add(Tensors.Float(shape, [.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b))])).Name;

    /// <summary>Uniform with the variance of He initialisation, so that values stay in range through many layers.</summary>
    public string Weights(long[] shape, int fanIn)
    {
        var bound = MathF.Sqrt(3f / fanIn);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (_random.NextSingle() * 2 - 1) * bound;
        return _graph.Add(Tensors.Float(shape, values)).Name;
    }
}
