using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Images of integers become floats as far as the graph casts them itself.</summary>
public class IntegerInputsTests
{
    private static readonly Tensor Pixels = Tensor.Of([1, 1, 1, 3], 0, 100, 255);

    [Theory]
    [InlineData(DataType.Int8, -128)]
    [InlineData(DataType.Uint8, 0)]
    [InlineData(DataType.Uint16, 0)]
    [InlineData(DataType.Int32, 0)]
    [InlineData(DataType.Int64, 0)]
    public void AnInputThatIsCastTakesTheSameNumbersAsFloats(DataType element, double lowest)
    {
        var tiny = new TinyGraph()
            .Input("x", Pixels, element)
            .Node("Cast", "x", "w", Of("to", 7))
            .Node("Transpose", "w", "t")
            .Node("Cast", "t", "f", Of("to", 1))
            .Weight("h", Tensor.Of([], 0.5))
            .Node("Mul", "f h", "y")
            .Output("y");
        var graph = tiny.Prepare();

        var changed = IntegerInputs.Apply(graph);
        Assert.Equal(new QuantizedInput(1, lowest), changed["x"]);
        Assert.Equal(DataType.Float, graph.Type("x")!.Element);
        Assert.Equal([0, 50, 127.5], Runtime.Run(graph, tiny.Feeds)["y"].Values);
        Assert.DoesNotContain(graph.Nodes, n => n.OpType is "QuantizeLinear");
    }

    [Theory]
    [InlineData(DataType.Uint8, "QuantizeLinear")]
    [InlineData(DataType.Int32, "Cast")]
    public void WhatOnlyIntegersCanDoGetsIntegers(DataType element, string between)
    {
        var tiny = new TinyGraph()
            .Input("x", Pixels, element)
            .Node("Identity", "x", "i")
            .Weight("seven", Tensor.Of([], 7), element)
            .Node("Div", "i seven", "d")
            .Node("Cast", "d", "y", Of("to", 1))
            .Output("y");
        var graph = tiny.Prepare();

        IntegerInputs.Apply(graph);
        Assert.Equal([0, 14, 36], Runtime.Run(graph, tiny.Feeds)["y"].Values);
        Assert.Equal(between, graph.Producer(graph.Producer("d")!.Input[0])!.OpType);
    }

    [Fact]
    public void AnotherInputOfFourAxesStaysWhereTheImageIsOfFloats()
    {
        TinyGraph Net() =>
            new TinyGraph()
                .Input("x", 1, 3, 2, 2)
                .Input("mask", Tensor.Of([1, 1, 2, 2], 0, 1, 1, 0), DataType.Int32)
                .Node("Cast", "mask", "m", Of("to", 1))
                .Node("Mul", "x m", "y")
                .Output("y");
        var graph = Net().Prepare();
        Assert.Empty(IntegerInputs.Apply(graph));
        Assert.Equal(DataType.Int32, graph.Type("mask")!.Element);
        Assert.Equal(["mask"], IntegerInputs.Apply(Net().Prepare(), "mask").Keys);
    }

    [Fact]
    public void InputsThatAreNoImagesStay()
    {
        var graph = new TinyGraph()
            .Input("x", Tensor.Of([1, 3], 0, 1, 2), DataType.Uint8)
            .Node("Cast", "x", "y", Of("to", 1))
            .Output("y")
            .Prepare();
        Assert.Empty(IntegerInputs.Apply(graph));
        Assert.Equal(DataType.Uint8, graph.Type("x")!.Element);
    }
}
