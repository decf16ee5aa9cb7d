using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Takes operators on quantised numbers apart: dequantisation, the operator on real numbers, quantisation. What comes out differs by no
/// more than the rounding of one step, and real numbers can be differentiated. Quantised values keep their names.
/// </summary>
public static class QuantizedOperators
{
    private delegate void Form(QuantizedNode n);

    // csharpier-ignore
    private static readonly FrozenDictionary<string, Form> Forms = new Dictionary<string, Form>
    {
        ["QLinearConv"] = Convolution,
        ["com.microsoft.QLinearConv"] = Convolution,
        ["QLinearMatMul"] = n => n.Quantized(6, n.Emit("MatMul", [n.Real(0, axis: -2), n.Real(3, axis: -1)])),
        ["com.microsoft.QLinearAdd"] = n => n.Quantized(6, n.Emit("Add", [n.Real(0), n.Real(3)])),
        ["com.microsoft.QLinearMul"] = n => n.Quantized(6, n.Emit("Mul", [n.Real(0), n.Real(3)])),
        ["com.microsoft.QLinearWhere"] = n => n.Quantized(7, n.Emit("Where", [n.Node.Input[0], n.Real(1), n.Real(4)])),
        ["com.microsoft.QLinearConcat"] = n => n.Quantized(0, n.Emit("Concat", n.Reals(2))),
        ["com.microsoft.QLinearGlobalAveragePool"] = n => n.Quantized(3, n.ChannelsBack(n.Emit("GlobalAveragePool", [n.ChannelsFirst(n.Real(0))]))),
        ["com.microsoft.QLinearAveragePool"] = n => n.Quantized(3, n.ChannelsBack(n.Emit("AveragePool", [n.ChannelsFirst(n.Real(0))]))),
        ["com.microsoft.QLinearReduceMean"] = n => n.Quantized(3, n.Emit("ReduceMean", [n.Real(0), n.Ints("axes")])),
        ["com.microsoft.QLinearSigmoid"] = n => n.Quantized(3, n.Emit("Sigmoid", [n.Real(0)])),
        ["com.microsoft.QLinearLeakyRelu"] = n => n.Quantized(3, n.Emit("LeakyRelu", [n.Real(0)])),
        ["com.microsoft.QLinearSoftmax"] = n => n.Quantized(3, n.Softmax()),
        ["com.microsoft.QGemm"] = QGemm,
        ["com.microsoft.DynamicQuantizeMatMul"] = n => n.Plain(n.Plus(4, n.Emit("MatMul", [n.Requantized(0), n.Real(1, 2, 3, axis: -1)]))),
        ["com.microsoft.MatMulIntegerToFloat"] = MatMulIntegerToFloat,
        ["MatMulInteger"] = n => n.Whole(n.Emit("MatMul", [n.Shifted(0, 2, axis: -2), n.Shifted(1, 3, axis: -1)])),
        ["ConvInteger"] = n => n.Whole(n.Emit("Conv", [n.Shifted(0, 2), n.Shifted(1, 3, axis: 0)])),
    }.ToFrozenDictionary();

    private static void Convolution(QuantizedNode n) =>
        n.Quantized(6, n.ChannelsBack(n.Emit("Conv", [n.ChannelsFirst(n.Real(0)), n.Real(3, axis: 0), n.Bias(8, 1, 4)])));

    private static void QGemm(QuantizedNode n)
    {
        var channels = n.Node.Int("transB", 0) == 0 ? 1 : 0;
        n.Quantized(7, n.Emit("Gemm", [n.Real(0), n.Real(3, axis: channels), n.Bias(6, 1, 4, n.Node.Float("alpha", 1))]));
    }

    private static void MatMulIntegerToFloat(QuantizedNode n) =>
        n.Plain(n.Plus(6, n.Emit("MatMul", [n.Real(0, scale: 2, zero: 4, axis: -2), n.Real(1, scale: 3, zero: 5, axis: -1)])));

    /// <summary>Whether an operator, spelled as by <see cref="OperatorName"/>, is taken apart.</summary>
    public static bool TakesApart(string name) => Forms.ContainsKey(name);

    /// <summary>
    /// Rewrites <paramref name="graph"/> and the bodies inside it in place, and lets equal quantisations of one value in one of them be
    /// one, so that it has one gradient.
    /// </summary>
    /// <param name="graph">A graph raised by <see cref="Upgrade"/>, with the types of its values declared.</param>
    /// <returns>Whether anything changed, and the types of new values are to be declared.</returns>
    public static bool Dequantize(Graph graph) => Bodies.WithAll(graph).ToArray().Select(DequantizeNodes).ToArray().Contains(true);

    private static bool DequantizeNodes(Graph graph)
    {
        var nodes = new QuantizedNodes(graph);
        foreach (var node in graph.Nodes.ToArray())
        {
            if (Forms.TryGetValue(OperatorName.Of(node), out var form) && IsExpressible(graph, node))
                form(new QuantizedNode(nodes, node));
            else
                nodes.Keep(node);
        }
        var rewritten = nodes.Rewrote;
        if (rewritten)
            nodes.Replace();
        return Share(graph) || rewritten;
    }

    // To put channels first, the rank must be known.
    private static bool IsExpressible(Graph graph, NodeProto node) =>
        node.Int("channels_last", 0) == 0 || graph.Type(node.Input[0])?.Rank is not null;

    private static bool Share(Graph graph)
    {
        var first = new Dictionary<string, string>();
        var same = new Dictionary<string, string>();
        var constants = Constants.Computed(graph);
        foreach (var (node, index) in graph.Nodes.Select((n, i) => (n, i)))
        {
            if (
                OperatorName.Of(node) is not ("QuantizeLinear" or "DequantizeLinear")
                || constants.Contains(node.Input[0])
                || graph.Initializer(node.Input[0]) is not null
            )
            {
                continue;
            }

            var source = same.GetValueOrDefault(node.Input[0], node.Input[0]);
            var parameters = node.Input.Skip(1).Select(i => Identity(graph, i));
            var attributes = node.Attribute.Select(a => a.ToString()).Order();
            var key = string.Join('|', [node.OpType, source, .. parameters, .. attributes]);
            if (!first.TryAdd(key, node.Output[0]))
                same[node.Output[0]] = first[key];
        }
        if (same.Count > 0)
            graph.Reread(0, same);
        return same.Count > 0;
    }

    // Exporters write the same scale under several names.
    private static string Identity(Graph graph, string parameter) =>
        graph.Constant(parameter) is { DataLocation: TensorProto.Types.DataLocation.Default } tensor
            ? $"{tensor.DataType}:{string.Join(',', tensor.Dims)}:{tensor.RawData.ToBase64()}:"
                + $"{string.Join(',', tensor.FloatData)}:{string.Join(',', tensor.Int32Data)}"
            : parameter;
}
