using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Benchmarks;

/// <summary>Classifiers of tiny feature maps with as many nodes as one likes: what they cost is what their graph costs.</summary>
internal static class DeepNets
{
    private const int Channels = 4;

    /// <summary>What appends about as many nodes behind a value, by its name.</summary>
    public static IReadOnlyDictionary<string, Func<Graph, string, int, string>> All { get; } =
        new Dictionary<string, Func<Graph, string, int, string>>
        {
            ["chain"] = (g, x, nodes) => Repeat(x, nodes / 2, v => Op(g, "Relu", Op(g, "Conv", v, Weight(g, Channels, Channels, 1, 1)))),
            ["residual"] = (g, x, nodes) =>
                Repeat(x, nodes / 4, v =>
                    Op(g, "Add", v, Op(g, "Mul", Op(g, "Relu", Op(g, "Conv", v, Weight(g, Channels, Channels, 1, 1))), Weight(g)))
                ),
            ["dense"] = Dense,
            ["constants"] = (g, x, nodes) => Repeat(x, nodes / 3, v => Op(g, "Add", v, Op(g, "Mul", Constant(g), Weight(g)))),
            ["quantised"] = (g, x, nodes) => Repeat(x, nodes / 5, v => Quantised(g, v)),
            ["softmax"] = (g, x, nodes) => Repeat(x, nodes / 2, v => Op(g, "Neg", Coerced(g, v))),
        };

    /// <summary>Writes one to a file.</summary>
    public static void Write(string kind, int nodes, string path)
    {
        var model = new ModelProto
        {
            IrVersion = 3,
            Graph = new GraphProto { Name = kind },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 11 });
        var graph = new Graph(model);
        var x = graph.AddInput("input", new TensorType(DataType.Float, [new Dim(null, "N"), 3, 8, 8])).Name;
        x = All[kind](graph, Op(graph, "Conv", x, Weight(graph, Channels, 3, 1, 1)), nodes);
        x = Op(graph, "Conv", x, Weight(graph, Channels, Channels, 1, 1));
        x = Op(graph, "Flatten", Op(graph, "GlobalAveragePool", x));
        x = graph.Append("Gemm", [x, Weight(graph, 10, Channels), Weight(graph, 10)], 1, [Of("transB", 1)]).Output[0];
        model.Graph.Output.Add(new ValueInfoProto { Name = x });
        // As old exporters do, which list weights among the inputs.
        foreach (var tensor in model.Graph.Initializer)
            model.Graph.Input.Add(new ValueInfoProto { Name = tensor.Name, Type = graph.Type(tensor.Name)!.ToProto() });
        File.WriteAllBytes(path, graph.ToBytes());
    }

    private static string Repeat(string x, int times, Func<string, string> step) =>
        Enumerable.Range(0, times).Aggregate(x, (value, _) => step(value));

    private static string Op(Graph graph, string op, params string[] inputs) => graph.Append(op, inputs, 1, []).Output[0];

    // Blocks whose layers read all before them, and one that narrows again.
    private static string Dense(Graph graph, string x, int nodes)
    {
        const int Layers = 12;
        return Repeat(x, nodes / (3 * Layers + 1), v =>
        {
            List<string> maps = [v];
            for (var i = 0; i < Layers; i++)
            {
                var all = graph.Append("Concat", maps, 1, [Of("axis", 1L)]).Output[0];
                maps.Add(Op(graph, "Relu", Op(graph, "Conv", all, Weight(graph, Channels, Channels * maps.Count, 1, 1))));
            }
            return Op(graph, "Add", maps[^1], v);
        });
    }

    private static string Quantised(Graph graph, string x)
    {
        string Pair(string v)
        {
            var (scale, zero) = (Weight(graph), graph.Add(Tensors.Zero(DataType.Uint8)).Name);
            return Op(graph, "DequantizeLinear", Op(graph, "QuantizeLinear", v, scale, zero), scale, zero);
        }
        return Pair(Op(graph, "Conv", Pair(x), Weight(graph, Channels, Channels, 1, 1)));
    }

    private static string Coerced(Graph graph, string x) => graph.Append("Softmax", [x], 1, [Of("axis", 1L)]).Output[0];

    private static string Constant(Graph graph) => graph.Append("Constant", [], 1, [Of("value", Tensors.Float([], [1.5f]))]).Output[0];

    private static string Weight(Graph graph, params long[] shape) =>
        graph.Add(Tensors.Float(shape, [.. Enumerable.Repeat(0.25f, (int)shape.Aggregate(1L, (a, b) => a * b))])).Name;
}
