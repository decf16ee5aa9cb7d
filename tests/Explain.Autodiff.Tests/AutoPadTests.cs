using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Automatic pads become numbers, and the model computes what it did.</summary>
public class AutoPadTests
{
    [Theory]
    [InlineData("SAME_UPPER", 1, 1, new long[] { 1, 1, 1, 2 })]
    [InlineData("SAME_LOWER", 1, 1, new long[] { 1, 2, 1, 1 })]
    [InlineData("SAME_UPPER", 2, 1, new long[] { 0, 1, 1, 2 })]
    [InlineData("SAME_LOWER", 2, 1, new long[] { 1, 2, 0, 1 })]
    [InlineData("SAME_UPPER", 5, 1, new long[] { 1, 1, 1, 1 })]
    [InlineData("SAME_UPPER", 1, 2, new long[] { 2, 3, 2, 3 })]
    public void PadsAreSplitAsTheSpecificationSays(string mode, long stride, long dilation, long[] pads)
    {
        var graph = new TinyGraph()
            .Input("x", 1, 1, 6, 7)
            .Weight("w", 1, 1, 3, 4)
            .Node(
                "Conv",
                "x w",
                "y",
                Of("auto_pad", mode),
                Of("strides", [stride, stride == 2 ? 3 : stride]),
                Of("dilations", [dilation, dilation])
            )
            .Output("y")
            .Build();
        AutoPad.Explicit(graph, graph);
        Assert.Equal(pads, graph.Nodes[0].Ints("pads"));
        Assert.Null(graph.Nodes[0].Find("auto_pad"));
    }

    [Theory]
    [InlineData("Conv", "SAME_UPPER")]
    [InlineData("Conv", "SAME_LOWER")]
    [InlineData("Conv", "VALID")]
    [InlineData("MaxPool", "SAME_UPPER")]
    [InlineData("MaxPool", "SAME_LOWER")]
    [InlineData("MaxPool", "VALID")]
    [InlineData("AveragePool", "SAME_UPPER")]
    [InlineData("AveragePool", "SAME_LOWER")]
    [InlineData("AveragePool", "VALID")]
    [InlineData("LpPool", "SAME_UPPER")]
    public void TheOutputStaysTheSame(string op, string mode)
    {
        for (var (stride, size) = (1, 5); size < 10; (stride, size) = stride == 2 ? (1, size + 1) : (2, size))
        {
            var tiny = new TinyGraph().Input("x", 1, 2, size, size + 1);
            if (op == "Conv")
                tiny.Weight("w", 2, 2, 2, 3);
            var graph = tiny.Node(
                    op,
                    op == "Conv" ? "x w" : "x",
                    "y",
                    Of("auto_pad", mode),
                    Of("kernel_shape", [2, 3]),
                    Of("strides", [stride, stride])
                )
                .Output("y")
                .Build();
            var before = Runtime.Run(graph, tiny.Feeds)["y"];
            AutoPad.Explicit(graph, graph);
            var after = Runtime.Run(graph, tiny.Feeds)["y"];
            Assert.Equal(before.Shape, after.Shape);
            Assert.Equal(before.Values, after.Values);
        }
    }

    [Fact]
    public void AStrideOverAVariableExtentIsRefused()
    {
        var graph = new TinyGraph(known: Known.Ranks)
            .Input("x", 1, 1, 6, 6)
            .Weight("w", 1, 1, 3, 3)
            .Node("Conv", "x w", "y", Of("auto_pad", "SAME_UPPER"), Of("strides", [2, 2]))
            .Build();
        var error = Assert.Throws<NotSupportedException>(() => AutoPad.Explicit(graph, graph));
        Assert.Contains("'conv/y'", error.Message);
    }
}
