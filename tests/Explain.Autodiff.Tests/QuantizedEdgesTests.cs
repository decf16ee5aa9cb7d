using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Models whose inputs and outputs are 8-bit integers take and give the real numbers behind them.</summary>
public class QuantizedEdgesTests
{
    [Theory, InlineData(DataType.Int8, -10.0), InlineData(DataType.Uint8, 100.0)]
    public void AnIntegerInputTakesTheRealNumbersBehindIt(DataType element, double zero)
    {
        var integers = new Tensor([1, 1, 2, 3], [.. Enumerable.Range(0, 6).Select(k => zero + 10.0 * k - 20)]);
        var tiny = Net(new TinyGraph().Input("x", integers, element), element, zero);
        var before = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
        var graph = tiny.Prepare();

        var changed = QuantizedEdges.Apply(graph);
        Assert.Equal(["x"], changed.Keys);
        Assert.Equal((0.25, ((element == DataType.Int8 ? -128 : 0) - zero) * 0.25), (changed["x"].Scale, changed["x"].Lowest));
        Assert.Equal((DataType.Float, DataType.Float), (graph.Type("x")!.Element, graph.Type("y")!.Element));
        var real = new Tensor(integers.Shape, [.. integers.Values.Select(v => (v - zero) * 0.25)]);
        Assert.Equal(
            before.Values.Select(v => (v - zero) * 0.5),
            Runtime.Run(graph, new Dictionary<string, Tensor> { ["x"] = real })["y"].Values
        );
    }

    [Fact]
    public void InputsThatAreNoImagesStay()
    {
        var graph = new TinyGraph()
            .Input("x", Tensor.Of([1, 3], 0, 1, 2), DataType.Uint8)
            .Node("Cast", "x", "y", Attributes.Of("to", 1))
            .Output("y")
            .Prepare();
        Assert.Empty(QuantizedEdges.Apply(graph));
        Assert.Equal(DataType.Uint8, graph.Type("x")!.Element);
    }

    private static TinyGraph Net(TinyGraph g, DataType element, double zero) =>
        g.Weight("s", Tensor.Of([], 0.25))
            .Weight("t", Tensor.Of([], 0.5))
            .Weight("z", Tensor.Of([], zero), element)
            .Node("DequantizeLinear", "x s z", "a")
            .Node("Relu", "a", "r")
            .Node("QuantizeLinear", "r t z", "q")
            .Node("Flatten", "q", "y")
            .Output("y");
}
