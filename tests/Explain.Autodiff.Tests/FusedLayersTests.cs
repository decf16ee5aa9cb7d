using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Operators that ONNX Runtime adds to the standard and that are taken apart, against its own kernels.</summary>
public class FusedLayersTests
{
    private const string Domain = "com.microsoft.";

    // csharpier-ignore
    private static readonly Dictionary<string, Action<TinyGraph>> Forms = new()
    {
        ["TransposeMatMul"] = g => g.Input("a", 2, 4, 3).Input("b", 2, 5, 4).Node($"{Domain}TransposeMatMul", "a b", "y", Of("transA", 1), Of("transB", 1), Of("alpha", 0.7f)),
        ["FusedMatMul of transposed batches"] = g => g.Input("a", 3, 2, 4).Input("b", 2, 4, 5).Node($"{Domain}FusedMatMul", "a b", "y", Of("transBatchA", 1), Of("alpha", 0.7f)),
        ["FusedMatMul of everything transposed"] = g => g.Input("a", 4, 2, 3).Input("b", 4, 2, 5).Node($"{Domain}FusedMatMul", "a b", "y", Of("transBatchA", 1), Of("transA", 1), Of("transBatchB", 1)),
        ["FusedMatMul of a vector"] = g => g.Input("a", 4).Input("b", 4, 5).Node($"{Domain}FusedMatMul", "a b", "y", Of("alpha", 0.7f)),
        ["ExpandDims"] = g => g.Input("x", 2, 3).Weight("a", Tensor.Of([], -1), DataType.Int32).Node($"{Domain}ExpandDims", "x a", "y"),
        ["Trilu"] = g => g.Input("x", 3, 4).Ints("k", [], [1]).Node($"{Domain}Trilu", "x k", "y", Of("upper", 0)),
        ["GatherND"] = g => g.Input("x", 2, 3, 2).Ints("i", [2, 2], [0, 2, 1, 0]).Node($"{Domain}GatherND", "x i", "y"),
        ["Pad"] = g => g.Input("x", 2, 3).Ints("p", [1, 4], [0, 1, 2, 0]).Weight("v", Tensor.Of([1], 0.5)).Node($"{Domain}Pad", "x p v", "y"),
        ["Pad by reflection"] = g => g.Input("x", 2, 3).Ints("p", 0, 1, 0, 2).Node($"{Domain}Pad", "x p", "y", Of("mode", "reflect")),
        ["SampleOp"] = g => g.Input("x", 2, 3).Node($"{Domain}SampleOp", "x", "y"),
        ["UnfoldTensor"] = g => g.Input("x", 2, 7, 2).Node($"{Domain}UnfoldTensor", "x", "y", Of("dim", 1), Of("size", 3), Of("step", 2)),
        ["UnfoldTensor of the last axis"] = g => g.Input("x", 2, 5).Node($"{Domain}UnfoldTensor", "x", "y", Of("size", 2)),
        ["ConvTransposeWithDynamicPads"] = g => g.Input("x", 1, 2, 3, 3).Weight("w", 2, 2, 3, 3).Ints("p", 1, 0, 1, 1).Weight("b", 2).Node($"{Domain}ConvTransposeWithDynamicPads", "x w p b", "y", Of("strides", [2L, 2])),
        ["CDist"] = g => g.Input("a", 3, 4).Input("b", 2, 4).Node($"{Domain}CDist", "a b", "y", Of("metric", "euclidean")),
        ["CDist of squares"] = g => g.Input("a", 3, 4).Input("b", 2, 4).Node($"{Domain}CDist", "a b", "y", Of("metric", "sqeuclidean")),
        ["CropAndResize"] = g => Regions(g).Node($"{Domain}CropAndResize", "x r i s", "y", Of("mode", "bilinear")),
        ["CropAndResize beyond the map"] = g => Regions(g).Node($"{Domain}CropAndResize", "x r i s", "y", Of("extrapolation_value", 0.3f)),
    };

    // Until opset 9.
    // csharpier-ignore
    private static readonly Dictionary<string, Action<TinyGraph>> Old = new()
    {
        ["Affine"] = g => g.Input("x", 2, 3).Node("Affine", "x", "y", Of("alpha", 0.3f), Of("beta", 0.6f)),
        ["ImageScaler"] = g => g.Input("x", 1, 2, 3, 3).Node("ImageScaler", "x", "y", Of("scale", 0.3f), Floats("bias", 0.5f, -2)),
        ["ParametricSoftplus"] = g => g.Input("x", 2, 3).Node("ParametricSoftplus", "x", "y", Of("alpha", 0.3f), Of("beta", 0.6f)),
        ["ScaledTanh"] = g => g.Input("x", 2, 3).Node("ScaledTanh", "x", "y", Of("alpha", 0.3f), Of("beta", 0.6f)),
        ["Scale"] = g => g.Input("x", 2, 3).Node("Scale", "x", "y", Of("scale", 0.3f)),
        ["Crop"] = g => g.Input("x", 1, 2, 5, 6).Node("Crop", "x", "y", Of("border", [1L, 0, 2, 1])),
        ["Crop to a size"] = g => g.Input("x", 1, 2, 5, 6).Node("Crop", "x", "y", Of("border", [1L, 2, 0, 0]), Of("scale", [2L, 3])),
        ["DynamicSlice"] = g => g.Input("x", 4, 5).Ints("b", 1).Ints("e", 4).Ints("a", 1).Node("DynamicSlice", "x b e a", "y"),
    };

    // csharpier-ignore
    private static readonly (string Activation, float[] Parameters)[] OfConv =
        [("", []), ("Relu", []), ("Tanh", []), ("Sigmoid", []), ("HardSwish", []), ("LeakyRelu", [0.25f]), ("HardSigmoid", [0.25f, 0.5f]), ("Clip", [-0.6f, 1.25f])];

    // csharpier-ignore
    private static readonly Dictionary<string, (string Name, float Value)[]> OfGemm = new()
    {
        ["Relu"] = [], ["Tanh"] = [], ["Sigmoid"] = [], ["Softplus"] = [], ["Softsign"] = [],
        ["LeakyRelu"] = [("alpha", 0.3f)], ["Elu"] = [("alpha", 0.3f)], ["Celu"] = [("alpha", 0.3f)], ["ThresholdedRelu"] = [("alpha", 0.3f)],
        ["HardSigmoid"] = [("alpha", 0.3f), ("beta", 0.6f)], ["Selu"] = [("alpha", 1.3f), ("gamma", 0.7f)],
        ["ParametricSoftplus"] = [("alpha", 0.3f), ("beta", 0.6f)], ["ScaledTanh"] = [("alpha", 0.3f), ("beta", 0.6f)],
    };

    private const double NextToKinks = 0.04;

    // Farther from every kink than the differences reach.
    private static readonly double[] Values = [-1.5, -1.1, -0.8, -0.4, 0.6, 0.8, 1.0, 1.6];
    private static readonly bool[] Both = [false, true];

    public static TheoryData<string> Operators => [.. Forms.Keys];

    public static TheoryData<string> OldOperators => [.. Old.Keys];

    public static TheoryData<string, bool> Convolutions => [.. from a in OfConv from sum in Both select (a.Activation, sum)];

    public static TheoryData<string> Products => [.. OfGemm.Keys];

    [Theory, MemberData(nameof(Operators))]
    public void IsTakenApart(string form) =>
        FusedCheck.Check(g =>
        {
            Forms[form](g);
            g.Output("y");
        });

    [Theory, MemberData(nameof(OldOperators))]
    public void OfTheFirstOpsetsIsTakenApart(string form) =>
        FusedCheck.Check(
            g =>
            {
                Old[form](g);
                g.Output("y");
            },
            opset: 9
        );

    [Theory, MemberData(nameof(Convolutions))]
    public void FusedConv(string activation, bool sum) =>
        FusedCheck.Check(
            g =>
                g.Input("x", Tensor.Of([1, 2, 2, 2], Values))
                    .Weight("w", Tensor.Of([2, 2, 1, 1], 0, 1, 1, 0))
                    .Weight("b", Tensor.Of([2], 0, 0))
                    .Input("z", Tensor.Of([1, 2, 2, 2], new double[8]))
                    .Node(
                        $"{Domain}FusedConv",
                        sum ? "x w b z" : "x w b",
                        "y",
                        Named(activation, OfConv.Single(a => a.Activation == activation).Parameters)
                    )
                    .Output("y"),
            step: NextToKinks,
            wanted: sum ? ["x", "z"] : ["x"],
            least: Known.Nothing
        );

    [Theory, MemberData(nameof(Products))]
    public void FusedGemm(string activation) =>
        FusedCheck.Check(
            g =>
                g.Input("x", Tensor.Of([4, 2], Values))
                    .Weight("w", Tensor.Of([2, 2], 0, 1, 1, 0))
                    .Weight("b", Tensor.Of([2], 0, 0))
                    .Node(
                        $"{Domain}FusedGemm",
                        "x w b",
                        "y",
                        [
                            Of("activation", activation),
                            Of("transB", 1),
                            Of("alpha", 1f),
                            .. OfGemm[activation].Select(p => Of($"activation_{p.Name}", p.Value)),
                        ]
                    )
                    .Output("y"),
            step: NextToKinks,
            least: Known.Nothing
        );

    public static TheoryData<string> Parametrised => ["LeakyRelu", "HardSigmoid", "Clip"];

    [Theory, MemberData(nameof(Parametrised))]
    public void ParametersThatAreMissingAreTheActivationsOwn(string activation)
    {
        var graph = new TinyGraph(known: Known.Nothing)
            .Input("x", 1, 1, 2, 2)
            .Weight("w", 1, 1, 1, 1)
            .Node($"{Domain}FusedConv", "x w", "y", Of("activation", activation))
            .Output("y")
            .Prepare();
        Assert.Equal(activation, graph.Nodes[^1].OpType);
    }

    [Theory, InlineData("bilinear"), InlineData("nearest"), InlineData("bicubic")]
    public void GridSample(string mode)
    {
        foreach (var opset in new[] { 18L, 21 })
        {
            FusedCheck.Check(
                g =>
                    g.Input("x", 1, 2, 4, 5)
                        .Input("at", Tensor.Spread([1, 2, 3, 2], -1.2, 1.2, 5))
                        .Node($"{Domain}GridSample", "x at", "y", Of("mode", mode), Of("padding_mode", "border"), Of("align_corners", 1))
                        .Output("y"),
                wanted: [],
                opset: opset
            );
        }
    }

    [Fact]
    public void Unique() =>
        FusedCheck.Check(
            g => g.Input("x", Tensor.Of([6], 2, 1, 1, 3, 2, 2)).Node($"{Domain}Unique", "x", "y from counts").Output("y", "from", "counts"),
            wanted: []
        );

    [Theory, InlineData(false), InlineData(true)]
    public void DynamicQuantizeLSTM(bool gates) =>
        FusedCheck.Check(
            g =>
                g.Input("x", Tensor.Spread([3, 2, 4], -1, 1, 2))
                    .Weight("w", Whole([2, 4, 12], 3), DataType.Int8)
                    .Weight("r", Whole([2, 3, 12], 4), DataType.Int8)
                    .Weight("b", Tensor.Spread([2, 24], -0.5, 0.5, 5))
                    .Weight("s", Tensor.Spread(gates ? [2, 12] : [2], 0.004, 0.006, 6))
                    .Weight("z", Tensor.Of(gates ? [2, 12] : [2], new double[gates ? 24 : 2]), DataType.Int8)
                    .Node(
                        $"{Domain}DynamicQuantizeLSTM",
                        "x w r b - - - - s z s z",
                        "y h c",
                        Of("hidden_size", 3),
                        Of("direction", "bidirectional")
                    )
                    .Output("y", "h", "c"),
            wanted: [],
            // The kernel rounds inputs and states to 8 bits.
            tolerance: 0.02
        );

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void EmbedLayerNormalization(bool segments, bool positions, bool mask) =>
        FusedCheck.Check(
            g =>
                g.Weight("i", Tensor.Of([2, 3], 0, 3, 1, 2, 2, 4), DataType.Int32)
                    .Weight("s", Tensor.Of([2, 3], 0, 1, 1, 0, 0, 1), DataType.Int32)
                    .Weight("m", Tensor.Of([2, 3], 1, 1, 0, 1, 1, 1), DataType.Int32)
                    .Weight("p", Tensor.Of([2, 3], 0, 1, 2, 2, 1, 0), DataType.Int32)
                    .Input("words", 5, 4)
                    .Input("places", 3, 4)
                    .Weight("segments", 2, 4)
                    .Weight("scale", 4)
                    .Weight("shift", 4)
                    .Node(
                        $"{Domain}EmbedLayerNormalization",
                        $"i {(segments ? "s" : "-")} words places {(segments ? "segments" : "-")} scale shift "
                            + $"{(mask ? "m" : "-")} {(positions ? "p" : "-")}",
                        "y count sum",
                        Of("epsilon", 0.0625f)
                    )
                    .Node("Cast", "count", "c", Of("to", 1))
                    .Output("y", "sum", "c"),
            wanted: ["words", "places"],
            least: Known.Everything
        );

    private static Tensor Whole(long[] shape, int seed) =>
        new(shape, [.. Tensor.Spread(shape, -100, 100, seed).Values.Select(v => Math.Round(v))]);

    private static TinyGraph Regions(TinyGraph g) =>
        g.Input("x", 2, 2, 4, 5)
            .Weight("r", Tensor.Of([3, 4], 0.1, 0.2, 0.85, 0.7, 0.9, 0.15, 0.2, 1.3, 0.3, 0.4, 0.6, 0.55))
            .Weight("i", Tensor.Of([3], 1, 0, 1), DataType.Int32)
            .Weight("s", Tensor.Of([2], 3, 2), DataType.Int32);

    private static AttributeProto[] Named(string activation, float[] parameters) =>
        activation.Length == 0 ? []
        : parameters.Length == 0 ? [Of("activation", activation)]
        : [Of("activation", activation), Floats("activation_params", parameters)];

    private static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }
}
