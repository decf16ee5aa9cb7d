using System.Collections.Frozen;
using System.Globalization;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Docs;

/// <summary>A node of every operator that passes the derivative by others: what it is made of is read from what becomes of that.</summary>
internal static class Examples
{
    // Inputs by type and extents (f: float, l: int64, b: bool, u: uint8, c: int8, i: int32; "-": left out; a number after "=": its value),
    // then attributes; what is not said has the operator's default.
    // csharpier-ignore
    private static readonly FrozenDictionary<string, string> Nodes = new Dictionary<string, string>
    {
        ["BatchNormalization(training_mode=1)"] = "f2,3,4 f3 f3 f3 f3; training_mode=1",
        ["Compress"] = "f3,4 b3; axis=0",
        ["DeformConv"] = "f1,2,4,4 f2,2,3,3 f1,18,2,2 f2 f1,9,2,2",
        ["GridSample"] = "f1,2,4,4 f1,3,3,2; mode=cubic",
        ["MaxRoiPool"] = "f1,2,4,4 f1,5; pooled_shape=2,2",
        ["NegativeLogLikelihoodLoss"] = "f3,4 l3 f4",
        ["RoiAlign"] = "f1,2,4,4 f1,4 l1",
        ["STFT"] = "f1,16,1 l=4 f8",
        ["SoftmaxCrossEntropyLoss"] = "f3,4 l3 f4",
        ["TensorScatter"] = "f1,2,4,3 f1,2,1,3 l1",
        ["Unique"] = "f5",
        ["ConvInteger"] = "u1,2,4,4 u3,2,3,3",
        ["MatMulInteger"] = "u3,4 u4,2",
        ["QLinearConv"] = "u1,2,4,4 f u u3,2,3,3 f u f u",
        ["QLinearMatMul"] = "u3,4 f u u4,2 f u f u",
        ["com.microsoft.DynamicQuantizeMatMul"] = "f3,4 u4,2 f u",
        ["com.microsoft.FusedConv"] = "f1,2,4,4 f3,2,3,3 f3; activation=Relu",
        ["com.microsoft.MatMulIntegerToFloat"] = "u3,4 u4,2 f f u u",
        ["com.microsoft.QGemm"] = "u3,4 f u u4,2 f u i2 f u",
        ["com.microsoft.QLinearAdd"] = "u3,4 f u u3,4 f u f u",
        ["com.microsoft.QLinearAveragePool"] = "u1,2,4,4 f u f u; kernel_shape=2,2",
        ["com.microsoft.QLinearConcat"] = "f u u3,4 f u u3,4 f u; axis=1",
        ["com.microsoft.QLinearGlobalAveragePool"] = "u1,2,4,4 f u f u",
        ["com.microsoft.QLinearLeakyRelu"] = "u3,4 f u f u",
        ["com.microsoft.QLinearMul"] = "u3,4 f u u3,4 f u f u",
        ["com.microsoft.QLinearReduceMean"] = "u3,4 f u f u; axes=1",
        ["com.microsoft.QLinearSigmoid"] = "u3,4 f u f u",
        ["com.microsoft.QLinearSoftmax"] = "u3,4 f u f u; opset=13",
        ["com.microsoft.QLinearWhere"] = "b3,4 u3,4 f u u3,4 f u f u",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, DataType> Types = new Dictionary<char, DataType>
    {
        ['f'] = DataType.Float,
        ['l'] = DataType.Int64,
        ['i'] = DataType.Int32,
        ['b'] = DataType.Bool,
        ['u'] = DataType.Uint8,
        ['c'] = DataType.Int8,
    }.ToFrozenDictionary();

    /// <summary>Whether there is one of an operator.</summary>
    public static bool Has(string name) => Nodes.ContainsKey(name);

    /// <summary>A graph of one node.</summary>
    public static Graph Of(string name)
    {
        var parts = Nodes[name].Split("; ");
        var plain = name.Split('(')[0];
        var dot = plain.LastIndexOf('.');
        var node = new NodeProto { OpType = plain[(dot + 1)..], Domain = plain[..Math.Max(dot, 0)] };
        node.Output.Add("y");
        var graph = new Graph(
            new ModelProto
            {
                IrVersion = 8,
                Graph = new GraphProto { Name = "example" },
            }
        )
        {
            Opset = 18,
        };
        foreach (var (i, input) in parts[0].Split(' ').Index())
        {
            node.Input.Add(input == "-" ? "" : Input(graph, $"x{i}", input));
        }
        foreach (var attribute in parts.Skip(1).SelectMany(p => p.Split(' ')).Select(a => a.Split('=')))
            node.Attribute.Add(Attribute(attribute[0], attribute[1]));
        graph.Proto.Node.Add(node);
        return new Graph(graph.Model);
    }

    private static string Input(Graph graph, string name, string text)
    {
        if (text.Split('=') is [_, var value])
            return graph.Add(Tensors.Ints(long.Parse(value, CultureInfo.InvariantCulture))).Name;
        Dim[] dims = [.. Numbers(text[1..]).Select(d => (Dim)d)];
        return graph.AddInput(name, new TensorType(Types[text[0]], dims)).Name;
    }

    private static AttributeProto Attribute(string name, string value) =>
        !char.IsDigit(value[0]) ? Attributes.Of(name, value)
        : value.Contains(',', StringComparison.Ordinal) || name == "axes" ? Attributes.Of(name, Numbers(value))
        : Attributes.Of(name, long.Parse(value, CultureInfo.InvariantCulture));

    private static IEnumerable<long> Numbers(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture));
}
