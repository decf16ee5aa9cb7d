using System.Runtime.InteropServices;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using Google.Protobuf;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Testing;

/// <summary>How much of the shapes a model declares.</summary>
public enum Known
{
    /// <summary>Neither shapes nor, behind the inputs, types.</summary>
    Nothing,

    /// <summary>Ranks.</summary>
    Ranks,

    /// <summary>Everything but the first axis of the inputs.</summary>
    AllButBatch,

    /// <summary>Everything.</summary>
    Everything,
}

/// <summary>A small ONNX model, made by naming its values, together with values to feed it.</summary>
/// <param name="real">The floating-point type of inputs and weights.</param>
/// <param name="known">What it declares of its inputs.</param>
/// <param name="opset">Opset of the default domain.</param>
/// <param name="ir">Version of the file format; below 4, weights are listed as inputs.</param>
public sealed class TinyGraph(DataType real = DataType.Float, Known known = Known.Everything, long opset = Upgrade.Floor, long ir = 8)
{
    private readonly GraphProto _graph = new() { Name = "tiny" };
    private readonly List<(string Name, TensorType Type)> _inputs = [];
    private int _seed;

    /// <summary>What to feed.</summary>
    public Dictionary<string, Tensor> Feeds { get; } = [];

    /// <summary>The floating-point type of inputs and weights.</summary>
    public DataType Real => real;

    /// <summary>What the model declares of its inputs.</summary>
    public Known Known => known;

    /// <summary>An input with values that are all different, between -2 and 2.</summary>
    public TinyGraph Input(string name, params long[] shape) => Input(name, Tensor.Spread(shape, -2, 2, ++_seed));

    /// <summary>An input with given values.</summary>
    public TinyGraph Input(string name, Tensor values, DataType? element = null) =>
        Declare(name, values, element ?? real, Declared(name, values.Shape));

    /// <summary>An input that declares some axes only: each is a number, or null for one that varies.</summary>
    public TinyGraph Input(string name, Tensor values, long?[] declared) =>
        Declare(name, values, real, [.. declared.Select((d, i) => d is { } size ? new Dim(size) : new Dim(null, $"{name}.{i}"))]);

    /// <summary>A weight with normal values.</summary>
    public TinyGraph Weight(string name, params long[] shape) => Weight(name, Tensor.Normal(shape, 100 + ++_seed));

    /// <summary>A weight with given values.</summary>
    public TinyGraph Weight(string name, Tensor values, DataType? element = null) => Initializer(name, Stored(values, element ?? real));

    /// <summary>An int64 vector.</summary>
    public TinyGraph Ints(string name, params long[] values) => Initializer(name, Tensors.Ints(values));

    /// <summary>A boolean.</summary>
    public TinyGraph Bool(string name, bool value) =>
        Initializer(name, new TensorProto { DataType = (int)DataType.Bool, RawData = ByteString.CopyFrom(value ? (byte)1 : (byte)0) });

    /// <summary>An int64 tensor of any shape.</summary>
    public TinyGraph Ints(string name, long[] shape, long[] values)
    {
        var tensor = Tensors.Ints(values);
        tensor.Dims.Clear();
        tensor.Dims.AddRange(shape);
        return Initializer(name, tensor);
    }

    /// <summary>A node. Names are separated by blanks; "-" is one left out. An operator of another domain has it before a dot.</summary>
    public TinyGraph Node(string op, string inputs, string outputs, params AttributeProto[] attributes)
    {
        var dot = op.LastIndexOf('.');
        var node = new NodeProto
        {
            OpType = op[(dot + 1)..],
            Domain = op[..Math.Max(dot, 0)],
            Name = $"{op.ToLowerInvariant()}/{outputs.Split(' ')[0]}",
        };
        node.Input.AddRange(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => i == "-" ? "" : i));
        node.Output.AddRange(outputs.Split(' ').Select(o => o == "-" ? "" : o));
        node.Attribute.AddRange(attributes.Select(a => a.Clone()));
        _graph.Node.Add(node);
        return this;
    }

    /// <summary>Names the outputs.</summary>
    public TinyGraph Output(params string[] names)
    {
        _graph.Output.AddRange(names.Select(n => new ValueInfoProto { Name = n }));
        return this;
    }

    /// <summary>
    /// What was made so far as the body of a node, with inputs that are scalars of these types; without one, they are real tensors.
    /// </summary>
    public GraphProto Body(params (string Name, DataType? Element)[] inputs)
    {
        var body = _graph.Clone();
        body.Name = $"body of {string.Join(", ", body.Output.Select(o => o.Name))}";
        body.Input.AddRange(
            inputs.Select(i => new ValueInfoProto
            {
                Name = i.Name,
                Type = new TensorType(i.Element ?? real, i.Element is null ? null : []).ToProto(),
            })
        );
        return body;
    }

    /// <summary>The model.</summary>
    public Graph Build()
    {
        var model = new ModelProto
        {
            IrVersion = ir,
            ProducerName = "tests",
            Graph = _graph.Clone(),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        foreach (var domain in _graph.Node.Select(n => n.Domain).Where(d => d.Length > 0).Distinct())
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        var built = new Graph(model);
        foreach (var (name, type) in _inputs)
            built.AddInput(name, type);
        return built;
    }

    /// <summary>The model as rules need it: raised, on real numbers, with the types of its values declared and its pads explicit.</summary>
    public Graph Prepare()
    {
        var graph = Build();
        Upgrade.ToFloor(graph);
        if (known != Known.Nothing)
            Runtime.DeclareTypes(graph);
        while (Definitions.TakeApart(graph))
        {
            if (known != Known.Nothing)
                Runtime.DeclareTypes(graph);
        }
        if (QuantizedOperators.Dequantize(graph) && known != Known.Nothing)
            Runtime.DeclareTypes(graph);
        AutoPad.Explicit(graph, graph);
        return graph;
    }

    /// <summary>The bytes of the model's file.</summary>
    public byte[] ToBytes() => Build().ToBytes();

    private static TensorProto Stored(Tensor values, DataType element)
    {
        byte[] Bytes<T>(Converter<double, T> convert)
            where T : unmanaged => MemoryMarshal.AsBytes<T>(Array.ConvertAll(values.Values, convert)).ToArray();
        var tensor = new TensorProto
        {
            DataType = (int)element,
            RawData = ByteString.CopyFrom(
                element switch
                {
                    DataType.Double => Bytes(v => v),
                    DataType.Float16 => Bytes(v => (Half)v),
                    DataType.Bfloat16 => Bytes(v => (ushort)(BitConverter.SingleToUInt32Bits((float)v) >> 16)),
                    DataType.Bool => Bytes(v => v != 0),
                    DataType.Int8 => Bytes(v => (sbyte)v),
                    DataType.Uint8 => Bytes(v => (byte)v),
                    DataType.Int16 => Bytes(v => (short)v),
                    DataType.Uint16 => Bytes(v => (ushort)v),
                    DataType.Int32 => Bytes(v => (int)v),
                    DataType.Int64 => Bytes(v => (long)v),
                    _ => Bytes(v => (float)v),
                }
            ),
        };
        tensor.Dims.AddRange(values.Shape);
        return tensor;
    }

    private TinyGraph Declare(string name, Tensor values, DataType element, Dim[]? dims)
    {
        Feeds[name] = values;
        _inputs.Add((name, new TensorType(element, dims)));
        return this;
    }

    private TinyGraph Initializer(string name, TensorProto tensor)
    {
        tensor.Name = name;
        _graph.Initializer.Add(tensor);
        if (ir < 4)
            _inputs.Add((name, new TensorType((DataType)tensor.DataType, [.. tensor.Dims.Select(d => new Dim(d))])));
        return this;
    }

    // The first axes of inputs are one batch when they have the same extent; an extent of 1 is broadcast and stays.
    private Dim[]? Declared(string name, long[] shape) =>
        known switch
        {
            Known.Nothing => null,
            Known.Ranks => [.. shape.Select((_, i) => new Dim(null, $"{name}.{i}"))],
            Known.AllButBatch =>
            [
                .. shape.Select(
                    (d, i) =>
                        i == 0 && d > 1 && (Feeds.Count == 0 || d == Feeds.First().Value.Shape.FirstOrDefault())
                            ? new Dim(null, "N")
                            : new Dim(d)
                ),
            ],
            _ => [.. shape.Select(d => new Dim(d))],
        };
}
