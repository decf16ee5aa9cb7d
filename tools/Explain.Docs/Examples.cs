using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Docs;

/// <summary>A node of every operator that passes the derivative by others: what it is made of is read from what becomes of that.</summary>
internal static class Examples
{
    // Inputs by type and extents (f: float, l: int64, b: bool, u: uint8, c: int8, i: int32; "-": left out; a number after "=": its value),
    // then attributes, with a point where they are floats; what is not said has the operator's default.
    // csharpier-ignore
    private static readonly FrozenDictionary<string, string> Nodes = new Dictionary<string, string>
    {
        ["Affine"] = "f3,4; alpha=0.5 beta=0.5",
        ["Attention"] = "f1,4,8 f1,4,8 f1,4,8; q_num_heads=2 kv_num_heads=2",
        ["BatchNormalization(training_mode=1)"] = "f2,3,4 f3 f3 f3 f3; training_mode=1",
        ["Compress"] = "f3,4 b3; axis=0",
        ["ConvInteger"] = "u1,2,4,4 u3,2,3,3",
        ["Crop"] = "f1,3,8,8; border=1,1,1,1",
        ["DeformConv"] = "f1,2,4,4 f2,2,3,3 f1,18,2,2 f2 f1,9,2,2",
        ["DynamicSlice"] = "f3,4 l1 l1 l1",
        ["GRU"] = "f3,1,4 f1,6,4 f1,6,2 f1,12; hidden_size=2",
        ["GridSample"] = "f1,2,4,4 f1,3,3,2; mode=cubic",
        ["ImageScaler"] = "f1,2,4,4; scale=0.5 bias=0.5,0.5",
        ["LSTM"] = "f3,1,4 f1,8,4 f1,8,2 f1,16; hidden_size=2",
        ["MatMulInteger"] = "u3,4 u4,2",
        ["MaxRoiPool"] = "f1,2,4,4 f1,5; pooled_shape=2,2",
        ["NegativeLogLikelihoodLoss"] = "f3,4 l3 f4",
        ["ParametricSoftplus"] = "f3,4; alpha=0.5 beta=0.5",
        ["QLinearConv"] = "u1,2,4,4 f u u3,2,3,3 f u f u",
        ["QLinearMatMul"] = "u3,4 f u u4,2 f u f u",
        ["RNN"] = "f3,1,4 f1,2,4 f1,2,2 f1,4; hidden_size=2",
        ["RoiAlign"] = "f1,2,4,4 f1,4 l1",
        ["RotaryEmbedding"] = "f1,2,4,8 f6,4 f6,4 l1,4",
        ["STFT"] = "f1,16,1 l=4 f8",
        ["Scale"] = "f3,4; scale=0.5",
        ["ScaledTanh"] = "f3,4; alpha=0.5 beta=0.5",
        ["SoftmaxCrossEntropyLoss"] = "f3,4 l3 f4",
        ["TensorScatter"] = "f1,2,4,3 f1,2,1,3 l1",
        ["Unique"] = "f5",
        ["com.microsoft.Attention"] = "f1,4,8 f8,24 f24; num_heads=2",
        ["com.microsoft.BiasAdd"] = "f1,4,8 f8 f1,4,8",
        ["com.microsoft.BiasSplitGelu"] = "f1,4,8 f8",
        ["com.microsoft.CDist"] = "f3,4 f2,4",
        ["com.microsoft.ConvTransposeWithDynamicPads"] = "f1,2,4,4 f2,3,3,3",
        ["com.microsoft.CropAndResize"] = "f1,2,4,4 f1,4 i1 i2",
        ["com.microsoft.DecoderMaskedMultiHeadAttention"] = "f1,1,8 f1,2,5,4 f1,2,5,4; num_heads=2",
        ["com.microsoft.DynamicQuantizeLSTM"] = "f3,1,4 c1,4,8 c1,2,8 - - - - - f1 c1 f1 c1; hidden_size=2",
        ["com.microsoft.DynamicQuantizeMatMul"] = "f3,4 u4,2 f u",
        ["com.microsoft.EmbedLayerNormalization"] = "i1,4 - f9,8 f6,8 - f8 f8",
        ["com.microsoft.ExpandDims"] = "f3,4 l=1",
        ["com.microsoft.FusedConv"] = "f1,2,4,4 f3,2,3,3 f3; activation=Relu",
        ["com.microsoft.FusedGemm"] = "f3,4 f4,2 f2; activation=Relu",
        ["com.microsoft.FusedMatMul"] = "f3,2,4 f2,4,5; transBatchA=1",
        ["com.microsoft.GatherND"] = "f3,4 l2,2",
        ["com.microsoft.GridSample"] = "f1,2,4,4 f1,3,3,2",
        ["com.microsoft.GroupNorm"] = "f1,4,4,8 f8 f8; groups=2 activation=1",
        ["com.microsoft.GroupQueryAttention"] = "f1,4,8 f1,4,4 f1,4,4 - - i1 i; num_heads=2 kv_num_heads=1",
        ["com.microsoft.MatMulBnb4"] = "f3,32 u32 f4; K=32 N=2 block_size=16 quant_type=1",
        ["com.microsoft.MatMulIntegerToFloat"] = "u3,4 u4,2 f f u u",
        ["com.microsoft.MatMulNBits"] = "f3,32 u2,1,16 f2; K=32 N=2 block_size=32 bits=4",
        ["com.microsoft.MoE"] = "f4,8 f4,3 f3,6,8 - f3,8,6; k=2 activation_type=relu",
        ["com.microsoft.MultiHeadAttention"] = "f1,4,8 f1,4,8 f1,4,8; num_heads=2",
        ["com.microsoft.NhwcConv"] = "f1,4,4,2 f3,2,3,3 f3",
        ["com.microsoft.NhwcFusedConv"] = "f1,4,4,2 f3,2,3,3 f3; activation=Relu",
        ["com.microsoft.NhwcMaxPool"] = "f1,4,4,2; kernel_shape=2,2",
        ["com.microsoft.PackedAttention"] = "f5,8 f8,24 f24 i2,3 i3; num_heads=2",
        ["com.microsoft.PackedMultiHeadAttention"] = "f5,8 f5,8 f5,8 - i2,3 i3; num_heads=2",
        ["com.microsoft.Pad"] = "f3,4 l4",
        ["com.microsoft.QAttention"] = "u1,4,8 u8,24 f24 f f - u u; num_heads=2",
        ["com.microsoft.QEmbedLayerNormalization"] = "i1,4 - u9,8 u6,8 - u8 u8 - f f - f f u u - u u",
        ["com.microsoft.QGemm"] = "u3,4 f u u4,2 f u i2 f u",
        ["com.microsoft.QLinearAdd"] = "u3,4 f u u3,4 f u f u",
        ["com.microsoft.QLinearAveragePool"] = "u1,2,4,4 f u f u; kernel_shape=2,2",
        ["com.microsoft.QLinearConcat"] = "f u u3,4 f u u3,4 f u; axis=1",
        ["com.microsoft.QLinearConv"] = "u1,2,4,4 f u u3,2,3,3 f u f u",
        ["com.microsoft.QLinearGlobalAveragePool"] = "u1,2,4,4 f u f u",
        ["com.microsoft.QLinearLeakyRelu"] = "u3,4 f u f u",
        ["com.microsoft.QLinearMul"] = "u3,4 f u u3,4 f u f u",
        ["com.microsoft.QLinearReduceMean"] = "u3,4 f u f u; axes=1",
        ["com.microsoft.QLinearSigmoid"] = "u3,4 f u f u",
        ["com.microsoft.QLinearSoftmax"] = "u3,4 f u f u; opset=13",
        ["com.microsoft.QLinearWhere"] = "b3,4 u3,4 f u u3,4 f u f u",
        ["com.microsoft.RemovePadding"] = "f2,3,8 i2",
        ["com.microsoft.RestorePadding"] = "f5,8 i2,3",
        ["com.microsoft.RotaryEmbedding"] = "f1,4,8 l1,4 f6,4 f6,4",
        ["com.microsoft.SampleOp"] = "f3,4",
        ["com.microsoft.SkipGroupNorm"] = "f1,4,4,8 f8 f8 f1,8; groups=2 activation=1",
        ["com.microsoft.TransposeMatMul"] = "f3,4 f3,2; transA=1",
        ["com.microsoft.Trilu"] = "f3,4",
        ["com.microsoft.UnfoldTensor"] = "f3,8; size=3 step=2",
        ["com.microsoft.Unique"] = "f5",
        ["com.microsoft.nchwc.AveragePool"] = "f1,16,4,4; kernel_shape=2,2",
        ["com.microsoft.nchwc.Conv"] = "f1,16,4,4 f16,16,3,3 f16; activation=Relu",
        ["com.microsoft.nchwc.GlobalAveragePool"] = "f1,16,4,4",
        ["com.microsoft.nchwc.GlobalMaxPool"] = "f1,16,4,4",
        ["com.microsoft.nchwc.MaxPool"] = "f1,16,4,4; kernel_shape=2,2",
        ["com.microsoft.nchwc.ReorderInput"] = "f1,3,4,4",
        ["com.microsoft.nchwc.ReorderOutput"] = "f1,16,4,4; channels=3",
        ["com.microsoft.nchwc.Upsample"] = "f1,16,4,4; scales=1,1,2,2",
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
        Dim[] dims = [.. Numbers<long>(text[1..]).Select(d => (Dim)d)];
        return graph.AddInput(name, new TensorType(Types[text[0]], dims)).Name;
    }

    private static AttributeProto Attribute(string name, string value) =>
        !char.IsDigit(value[0]) ? Attributes.Of(name, value)
        : value.Contains('.', StringComparison.Ordinal) ? Reals(name, Numbers<float>(value))
        : value.Contains(',', StringComparison.Ordinal) || name == "axes" ? Attributes.Of(name, Numbers<long>(value))
        : Attributes.Of(name, long.Parse(value, CultureInfo.InvariantCulture));

    private static AttributeProto Reals(string name, float[] values) =>
        values is [var single]
            ? Attributes.Of(name, single)
            : new AttributeProto
            {
                Name = name,
                Type = AttributeProto.Types.AttributeType.Floats,
                Floats = { values },
            };

    private static T[] Numbers<T>(string text)
        where T : INumber<T> =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => T.Parse(n, CultureInfo.InvariantCulture))];
}
