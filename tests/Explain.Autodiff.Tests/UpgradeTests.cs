using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Models in old forms compute the same after they were raised, bit for bit.</summary>
public class UpgradeTests
{
    [Theory, InlineData(7), InlineData(8), InlineData(9), InlineData(10)]
    public void ClipAttributesBecomeInputs(long opset) =>
        Same(opset, g =>
            g.Input("x", 2, 3, 4)
                .Node("Clip", "x", "a", Of("min", -0.5f), Of("max", 1f))
                .Node("Clip", "a", "b", Of("max", 0.9f))
                .Node("Clip", "b", "c", Of("min", -0.4f))
                .Node("Clip", "c", "y")
        );

    [Theory, InlineData(7), InlineData(10)]
    public void PadAttributesBecomeInputs(long opset) =>
        Same(opset, g =>
            g.Input("x", 2, 3)
                .Node("Pad", "x", "a", Of("pads", [0, 1, 2, -1]), Of("value", 0.5f))
                .Node("Pad", "a", "y", Of("pads", [1, 0, 0, 1]))
        );

    [Theory, InlineData(7), InlineData(10)]
    public void PadsThatReflectStayReflections(long opset) =>
        Same(opset, g => g.Input("x", 3, 4).Node("Pad", "x", "y", Of("pads", [1, 2, 1, 0]), Of("mode", "reflect")), differentiable: false);

    [Theory, InlineData(7), InlineData(9)]
    public void SliceAttributesBecomeInputs(long opset) =>
        Same(
            opset,
            g =>
                g.Input("x", 4, 5, 6)
                    .Node("Slice", "x", "a", Of("starts", [1, -3]), Of("ends", [3, 100]), Of("axes", [0, 2]))
                    .Node("Slice", "a", "y", Of("starts", [0, 1]), Of("ends", [2, -1])),
            differentiable: false
        );

    [Theory, InlineData(7), InlineData(11), InlineData(12)]
    public void AxesOfSqueezeUnsqueezeAndReduceSumBecomeInputs(long opset) =>
        Same(
            opset,
            g =>
                g.Input("x", 2, 1, 3, 1)
                    .Node("Squeeze", "x", "a", Of("axes", [1, 3]))
                    .Node("Unsqueeze", "a", "b", Of("axes", [0, 2]))
                    .Node("ReduceSum", "b", "c", Of("axes", [3]), Of("keepdims", 0))
                    .Node("Squeeze", "c", "d")
                    .Node("ReduceSum", "d", "y"),
            tolerance: 1e-6
        );

    [Theory, InlineData(7), InlineData(11), InlineData(13), InlineData(17)]
    public void AxesOfTheOtherReductionsBecomeInputs(long opset) =>
        Same(
            opset,
            g =>
                g.Input("x", 2, 3, 4, 2)
                    .Node("ReduceMean", "x", "a", Of("axes", [2, 3]), Of("keepdims", 0))
                    .Node("ReduceMean", "a", "y", Of("keepdims", 1)),
            tolerance: 1e-6
        );

    [Theory, InlineData(7), InlineData(11), InlineData(17)]
    public void AxesOfReductionsWithoutARuleBecomeInputsToo(long opset) =>
        Same(
            opset,
            g =>
                g.Input("x", 2, 3, 4)
                    .Node("ReduceMax", "x", "a", Of("axes", [1]), Of("keepdims", 1))
                    .Node("ReduceL2", "x", "b", Of("axes", [1]))
                    .Node("ReduceMin", "b", "c")
                    .Node("Mul", "a c", "y"),
            differentiable: false,
            tolerance: 1e-6
        );

    [Theory]
    [InlineData("Softmax", 7, null)]
    [InlineData("Softmax", 9, 0L)]
    [InlineData("Softmax", 11, 1L)]
    [InlineData("Softmax", 11, -2L)]
    [InlineData("Softmax", 12, 3L)]
    [InlineData("Softmax", 12, -1L)]
    [InlineData("LogSoftmax", 7, null)]
    [InlineData("LogSoftmax", 12, 2L)]
    public void SoftmaxOverEverythingFromAnAxisOnIsOverOneAxis(string op, long opset, long? axis) =>
        Same(opset, g => g.Input("x", 2, 3, 2, 2).Node(op, "x", "y", axis is { } a ? [Of("axis", a)] : []), tolerance: 1e-6);

    [Fact]
    public void HardmaxIsCoercedAsSoftmaxIs() => Same(11, g => g.Input("x", 2, 3, 2).Node("Hardmax", "x", "y"), differentiable: false);

    [Fact]
    public void SoftmaxOfAMatrixStaysOneNode()
    {
        var graph = new TinyGraph(opset: 9).Input("x", 2, 3).Node("Softmax", "x", "y").Output("y").Build();
        Upgrade.ToFloor(graph);
        Assert.Equal(["Softmax"], graph.Nodes.Select(n => n.OpType));
    }

    [Theory, InlineData(7), InlineData(9), InlineData(10), InlineData(11)]
    public void DropoutLosesItsRatio(long opset) =>
        Same(opset, g => g.Input("x", 2, 3).Node("Dropout", "x", "a", Of("ratio", 0.4f)).Node("Relu", "a", "y"));

    [Theory, InlineData(7), InlineData(11), InlineData(12), InlineData(13), InlineData(17)]
    public void SplitsStaySplits(long opset)
    {
        Same(opset, g => g.Input("x", 2, 6).Node("Split", "x", "a b", Of("axis", 1)).Node("Mul", "a b", "y"), differentiable: false);
        if (opset < 13)
        {
            Same(
                opset,
                g =>
                    g.Input("x", 2, 5)
                        .Node("Split", "x", "a b", Of("axis", 1), Of("split", [2, 3]))
                        .Node("Concat", "b a", "y", Of("axis", 1)),
                differentiable: false
            );
        }
        else
        {
            Same(
                opset,
                g =>
                    g.Input("x", 2, 5).Ints("s", 2, 3).Node("Split", "x s", "a b", Of("axis", 1)).Node("Concat", "b a", "y", Of("axis", 1)),
                differentiable: false
            );
        }
    }

    [Theory]
    [InlineData("nearest", 2f, 3f)]
    [InlineData("nearest", 1.5f, 2.7f)]
    [InlineData("linear", 2f, 3f)]
    [InlineData("linear", 1.5f, 2.7f)]
    public void UpsampleBecomesResize(string mode, float height, float width)
    {
        Same(
            7,
            g => g.Input("x", 1, 2, 3, 4).Node("Upsample", "x", "y", Of("mode", mode), Floats("scales", 1, 1, height, width)),
            differentiable: false
        );
        foreach (var (opset, op) in new[] { (9, "Upsample"), (10, "Resize") })
        {
            Same(
                opset,
                g =>
                    g.Input("x", 1, 2, 3, 4)
                        .Weight("s", Tensor.Of([4], 1, 1, height, width), DataType.Float)
                        .Node(op, "x s", "y", Of("mode", mode)),
                differentiable: false
            );
        }
    }

    [Fact]
    public void ResizeToFewerPixelsIsInterpolatedAsBefore() =>
        Same(
            10,
            g => g.Input("x", 1, 2, 5, 7).Weight("s", Tensor.Of([4], 1, 1, 0.6, 0.5)).Node("Resize", "x s", "y", Of("mode", "linear")),
            differentiable: false
        );

    [Theory, InlineData(10), InlineData(15)]
    public void RoiAlignKeepsItsPlaceInThePixels(long opset) =>
        Same(
            opset,
            g =>
                g.Input("x", 1, 2, 5, 7)
                    .Weight("r", Tensor.Of([1, 4], 0, 0, 3, 3))
                    .Ints("b", 0)
                    .Node("RoiAlign", "x r b", "y", Of("output_height", 2), Of("output_width", 2)),
            differentiable: false
        );

    [Fact]
    public void ResizeOfOpsetElevenStaysAsItIs() =>
        Same(
            11,
            g =>
                g.Input("x", 1, 2, 3, 4)
                    .Weight("s", Tensor.Of([4], 1, 1, 2, 1.5))
                    .Weight("r", 0)
                    .Node("Resize", "x r s", "y", Of("mode", "linear"), Of("coordinate_transformation_mode", "align_corners")),
            differentiable: false
        );

    [Theory, InlineData(7), InlineData(9)]
    public void TopKTakesItsCountAsAnInput(long opset) =>
        Same(opset, g => g.Input("x", 2, 6).Node("TopK", "x", "y places", Of("axis", 1), Of("k", 3)), differentiable: false);

    [Theory, InlineData(7), InlineData(8)]
    public void BatchNormalizationLosesSpatial(long opset) =>
        Same(opset, g =>
            g.Input("x", 2, 3, 4, 2)
                .Weight("s", 3)
                .Weight("b", 3)
                .Weight("m", 3)
                .Weight("v", Tensor.Of([3], 1, 2, 0.5))
                .Node("BatchNormalization", "x s b m v", "y", Of("spatial", 1), Of("epsilon", 0.01f))
        );

    [Fact]
    public void BatchNormalizationOfEveryPlaceByItselfIsRefused()
    {
        var graph = new TinyGraph(opset: 7)
            .Input("x", 2, 3, 4)
            .Weight("s", 3, 4)
            .Weight("v", Tensor.Spread([3, 4], 1, 2, 1))
            .Node("BatchNormalization", "x s s s v", "y", Of("spatial", 0))
            .Output("y")
            .Build();
        Assert.Contains("'batchnormalization/y'", Assert.Throws<NotSupportedException>(() => Upgrade.ToFloor(graph)).Message);
    }

    [Fact]
    public void ScatterIsScatterElements() =>
        Same(
            9,
            g => g.Input("x", 2, 3).Weight("u", 1, 3).Ints("i", [1, 3], [1, 0, 1]).Node("Scatter", "x i u", "y"),
            differentiable: false
        );

    [Fact]
    public void AWholeOldNetworkStaysTheSame() =>
        Same(
            7,
            g =>
                g.Input("x", 2, 3, 8, 8)
                    .Weight("w", 4, 3, 3, 3)
                    .Weight("b", 4)
                    .Node("Conv", "x w b", "a", Of("auto_pad", "SAME_UPPER"))
                    .Node("Clip", "a", "c", Of("min", 0f), Of("max", 6f))
                    .Node("MaxPool", "c", "d", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
                    .Node("Pad", "d", "e", Of("pads", [0, 0, 1, 1, 0, 0, 1, 1]))
                    .Node("AveragePool", "e", "f", Of("kernel_shape", [2, 2]))
                    .Node("Dropout", "f", "h")
                    .Node("ReduceMean", "h", "i", Of("axes", [2, 3]), Of("keepdims", 1))
                    .Node("Squeeze", "i", "j", Of("axes", [2, 3]))
                    .Weight("v", 4, 5)
                    .Weight("t", 5)
                    .Node("Gemm", "j v t", "k")
                    .Node("Softmax", "k", "y"),
            tolerance: 1e-6
        );

    [Fact]
    public void InitialisersListedAsInputsBecomeConstants()
    {
        var tiny = new TinyGraph(opset: 8, ir: 3).Input("x", 2, 3).Weight("w", 3, 4).Weight("b", 4).Node("Gemm", "x w b", "y").Output("y");
        var graph = tiny.Build();
        Assert.Equal(3, graph.Proto.Input.Count);
        Upgrade.ToFloor(graph);
        Assert.Equal(["x"], graph.Proto.Input.Select(i => i.Name));
        Assert.True(graph.Model.IrVersion >= 4);
        Assert.Equal(Runtime.Run(tiny.Build(), tiny.Feeds)["y"].Values, Runtime.Run(graph, tiny.Feeds)["y"].Values);
    }

    [Theory, InlineData(1), InlineData(6)]
    public void OpsetsBeforeSevenAreRefused(long opset)
    {
        var graph = new TinyGraph(opset: opset).Input("x", 2).Node("Relu", "x", "y").Output("y").Build();
        Assert.Equal(
            $"opset {opset} is too old for gradients; 7 is the oldest that is supported",
            Assert.Throws<NotSupportedException>(() => Upgrade.ToFloor(graph)).Message
        );
    }

    [Fact]
    public void NewerOpsetsStayAsTheyAre()
    {
        var graph = new TinyGraph(opset: 21).Input("x", 2).Node("Relu", "x", "y").Output("y").Build();
        Upgrade.ToFloor(graph);
        Assert.Equal(21, graph.Opset);
    }

    // Sums in ONNX Runtime are rounded as the alignment of a buffer has it; everything else has no tolerance.
    private static void Same(long opset, Action<TinyGraph> describe, bool differentiable = true, double tolerance = 0)
    {
        var tiny = new TinyGraph(opset: opset);
        describe(tiny);
        tiny.Output("y");
        var before = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
        foreach (var typed in new[] { false, true })
        {
            var graph = tiny.Build();
            if (typed)
                Runtime.DeclareTypes(graph);
            Upgrade.ToFloor(graph);
            Assert.Equal(Upgrade.Floor, graph.Opset);
            Assert.InRange(Runtime.Run(graph, tiny.Feeds)["y"].DistanceTo(before), 0, tolerance);
        }
        if (!differentiable)
            return;
        var cotangent = Tensor.Normal(before.Shape, 4);
        var gradient = Runtime.Run(
            GradientCheck.Backwards(tiny, ["x"]),
            new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = cotangent }
        )[ExplainGraph.GradientOf("x")];
        using var forward = new Runtime(tiny.Build());
        Assert.InRange(gradient.DistanceTo(GradientCheck.Differences(forward, tiny.Feeds, cotangent, 1e-3)["x"]), 0, 5e-3);
    }

    private static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }
}
