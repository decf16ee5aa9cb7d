using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

/// <summary>One net, written for every opset that ONNX Runtime loads.</summary>
public sealed class OpsetTests
{
    // The newest that ONNX Runtime 1.32 takes for released.
    private const int Newest = 27;

    public static TheoryData<int> Opsets => [.. Enumerable.Range(7, Newest - 6)];

    [Theory, MemberData(nameof(Opsets))]
    public void TheSameNetHasTheSameMapInEveryOpset(int opset)
    {
        using var loadedModel = Net(opset).Load();
        var model = loadedModel.View;
        using var loadedFloor = Net(18).Load();
        var floor = loadedFloor.View;
        Assert.Equal(opset, model.Description.Opset);
        Assert.Equal("l", model.Description.Layer);
        Assert.Empty(model.Description.MissingGradients);
        foreach (var method in new[] { "gradcam", "cam", "saliency" })
        {
            Near.Relative(
                floor.Explain(Net(18).Image(), method).Map.Values,
                model.Explain(Net(18).Image(), method).Map.Values,
                1e-5,
                $"{method} in opset {opset}"
            );
        }
    }

    [Fact]
    public void WeightsListedAsInputsAreNoInputs()
    {
        var net = new TinyGraph(known: Known.AllButBatch, opset: 8, ir: 3)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        Assert.Equal(["x"], model.Description.Inputs.Select(i => i.Name));
        Assert.Contains(model.Explain(net.Image(), "cam").Map.Values, v => v != 0);
    }

    [Fact]
    public void ConstantNodesAreWeights()
    {
        var (stored, written) = (
            Tiny.Features().PoolAndClassify().Output("scores"),
            Tiny.Features().PoolAndClassify().Output("scores").Build()
        );
        foreach (var weight in written.Proto.Initializer.Reverse().ToArray())
        {
            written.Proto.Initializer.Remove(weight);
            written.Proto.Node.Insert(
                0,
                new Autodiff.Onnx.NodeProto
                {
                    OpType = "Constant",
                    Output = { weight.Name },
                    Attribute = { Of("value", weight) },
                }
            );
        }
        using var loadedModel = Tiny.Load(written.ToBytes());
        var model = loadedModel.View;
        using var loadedExpected = stored.Load();
        var expected = loadedExpected.View;
        foreach (var method in new[] { "gradcam", "cam", "fullgrad", "lrp-epsilon" })
            Assert.Equal(expected.Explain(stored.Image(), method).Map.Values, model.Explain(stored.Image(), method).Map.Values);
    }

    [Fact]
    public void AVariableHeightAndWidthTakeTheConfiguredSize()
    {
        var net = new TinyGraph()
            .Input("x", Tensor.Spread([2, 3, 8, 6], -2, 2, 1), [null, 3, null, null])
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = net.Load("""{ "input": { "size": [8, 6] } }""");
        var model = loadedModel.View;
        Assert.Equal(
            (8, 6),
            (model.Description.Layers.Single(l => l.Name == "l").Height, model.Description.Layers.Single(l => l.Name == "l").Width)
        );
        Assert.Equal([2L, 8, 6], model.Explain(net.Image()).Map.Shape);
    }

    // Averages, pads and clips changed their forms over the years.
    private static TinyGraph Net(int opset)
    {
        var g = new TinyGraph(known: Known.AllButBatch, opset: opset).Input("x", 2, 3, 8, 8).Convolve("x", 4, 3, "c0");
        g =
            opset < 11
                ? g.Node("Clip", "c0", "k", Of("min", 0f), Of("max", 6f))
                : g.Weight("low", Tensor.Of([], 0)).Weight("high", Tensor.Of([], 6)).Node("Clip", "c0 low high", "k");
        g = g.Node("MaxPool", "k", "m", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Weight("c1.w", Tensor.Normal([4, 4, 3, 3], 7))
            .Node("Conv", "m c1.w", "c1", Of("pads", [1, 1, 1, 1]))
            .Node("Relu", "c1", "l");
        g =
            opset < 18
                ? g.Node("ReduceMean", "l", "p", Of("axes", [2, 3]), Of("keepdims", 0))
                : g.Ints("axes", 2, 3).Node("ReduceMean", "l axes", "p", Of("keepdims", 0));
        return g.Weight("v", Tensor.Normal([3, 4], 8))
            .Weight("b", Tensor.Normal([3], 9))
            .Node("Gemm", "p v b", "scores", Of("transB", 1))
            .Output("scores");
    }
}
