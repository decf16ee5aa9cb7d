using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>The gradients of Conv and ConvTranspose; their weights get none.</summary>
public class ConvolutionRulesTests
{
    [Fact]
    public void ConvInOneDimension() => Check("Conv", [In(2, 3, 7), Weight(4, 3, 3), Weight(4)]);

    [Fact]
    public void ConvInTwoDimensions() => Check("Conv", [In(2, 3, 5, 6), Weight(4, 3, 3, 2)]);

    [Fact]
    public void ConvInThreeDimensions() =>
        Check("Conv", [In(1, 2, 3, 4, 3), Weight(2, 2, 2, 3, 2), Weight(2)], [Of("pads", [1, 0, 1, 0, 1, 0])]);

    [Fact]
    public void ConvInThreeDimensionsWithStrides() => Check("Conv", [In(1, 2, 4, 5, 3), Weight(2, 2, 2, 3, 2)], [Of("strides", [2, 1, 2])]);

    [Fact]
    public void ConvWithTwoGroups() =>
        Check("Conv", [In(2, 4, 5, 4), Weight(6, 2, 3, 3), Weight(6)], [Of("group", 2), Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void ConvDepthwise() => Check("Conv", [In(2, 3, 5, 4), Weight(3, 1, 3, 3)], [Of("group", 3), Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void ConvDepthwiseWithMultiplier() => Check("Conv", [In(2, 3, 5, 4), Weight(6, 1, 3, 3)], [Of("group", 3)]);

    [Fact]
    public void ConvDepthwiseWithStride() =>
        Check("Conv", [In(2, 3, 6, 5), Weight(3, 1, 3, 3)], [Of("group", 3), Of("strides", [2, 2]), Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void ConvWithGroupsInOneDimension() => Check("Conv", [In(2, 4, 6), Weight(4, 2, 3)], [Of("group", 2), Of("pads", [2, 1])]);

    [Fact]
    public void ConvWithStrideTwo() =>
        Check("Conv", [In(2, 2, 7, 8), Weight(3, 2, 3, 3)], [Of("strides", [2, 2]), Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void ConvWithUnequalStrides() => Check("Conv", [In(2, 2, 7, 8), Weight(3, 2, 3, 3)], [Of("strides", [2, 3])]);

    [Fact]
    public void ConvWithDilations() => Check("Conv", [In(2, 2, 8, 7), Weight(3, 2, 3, 2)], [Of("dilations", [2, 3])]);

    [Fact]
    public void ConvWithDilationsAndStrides() =>
        Check("Conv", [In(1, 2, 9, 8), Weight(3, 2, 3, 2)], [Of("dilations", [2, 3]), Of("strides", [3, 2]), Of("pads", [1, 2, 0, 1])]);

    [Fact]
    public void ConvWithDilationsAndGroups() =>
        Check("Conv", [In(1, 4, 7, 7), Weight(4, 2, 3, 3)], [Of("dilations", [2, 2]), Of("group", 2), Of("pads", [2, 2, 2, 2])]);

    [Fact]
    public void ConvWithAsymmetricPads() => Check("Conv", [In(2, 2, 5, 6), Weight(3, 2, 3, 3)], [Of("pads", [0, 1, 2, 0])]);

    [Fact]
    public void ConvWithAsymmetricPadsAndStride() =>
        Check("Conv", [In(2, 2, 5, 6), Weight(3, 2, 3, 3)], [Of("pads", [0, 1, 2, 0]), Of("strides", [2, 2])]);

    [Fact]
    public void ConvWithPadsLargerThanTheReachOfTheKernel() =>
        Check("Conv", [In(2, 2, 3, 4), Weight(3, 2, 2, 2)], [Of("pads", [2, 3, 2, 1])]);

    [Fact]
    public void ConvOneByOneWithPads() => Check("Conv", [In(2, 2, 3, 4), Weight(3, 2, 1, 1)], [Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void ConvOneByOne() => Check("Conv", [In(2, 3, 4, 3), Weight(5, 3, 1, 1), Weight(5)]);

    [Fact]
    public void ConvOneByOneWithStrideAndLeftoverRows() => Check("Conv", [In(2, 3, 6, 5), Weight(4, 3, 1, 1)], [Of("strides", [2, 2])]);

    [Fact]
    public void ConvWithStrideLargerThanTheKernelAndLeftoverRows() =>
        Check("Conv", [In(2, 2, 9, 8), Weight(3, 2, 2, 2)], [Of("strides", [4, 3])]);

    [Fact]
    public void ConvThatCoversItsWholeInput() => Check("Conv", [In(2, 3, 4, 4), Weight(5, 3, 4, 4)]);

    [Fact]
    public void ConvWithStrideWhoseLastRowsOnlyMeetPads() =>
        Check("Conv", [In(1, 2, 4, 4), Weight(2, 2, 1, 1)], [Of("strides", [3, 3]), Of("pads", [2, 2, 2, 2])]);

    [Fact]
    public void ConvWithAutoPadSameUpper() => Check("Conv", [In(2, 2, 5, 6), Weight(3, 2, 2, 4)], [Of("auto_pad", "SAME_UPPER")]);

    [Fact]
    public void ConvWithAutoPadSameLower() => Check("Conv", [In(2, 2, 5, 6), Weight(3, 2, 2, 4)], [Of("auto_pad", "SAME_LOWER")]);

    [Fact]
    public void ConvWithAutoPadSameUpperAndStride() =>
        Check("Conv", [In(2, 2, 6, 7), Weight(3, 2, 3, 3)], [Of("auto_pad", "SAME_UPPER"), Of("strides", [2, 2])], Known.AllButBatch);

    [Fact]
    public void ConvWithAutoPadSameLowerAndStride() =>
        Check("Conv", [In(2, 2, 6, 7), Weight(3, 2, 3, 3)], [Of("auto_pad", "SAME_LOWER"), Of("strides", [2, 3])], Known.AllButBatch);

    [Fact]
    public void ConvWithAutoPadValid() =>
        Check("Conv", [In(2, 2, 6, 7), Weight(3, 2, 3, 3)], [Of("auto_pad", "VALID"), Of("strides", [2, 2])]);

    [Fact]
    public void ConvWithAutoPadNotSet() =>
        Check("Conv", [In(2, 2, 6, 7), Weight(3, 2, 3, 3)], [Of("auto_pad", "NOTSET"), Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void ConvWithKernelShapeAttribute() => Check("Conv", [In(2, 2, 6, 7), Weight(3, 2, 3, 3)], [Of("kernel_shape", [3, 3])]);

    [Fact]
    public void ConvWithComputedWeightsOfUnknownShape() =>
        Check(g =>
            g.Input("x", 2, 2, 6, 7).Weight("w", 3, 2, 3, 3).Node("Relu", "w", "v").Node("Conv", "x v", "y", Of("kernel_shape", [3, 3]))
        );

    [Fact]
    public void ConvTransposeInOneDimension() => Check("ConvTranspose", [In(2, 3, 5), Weight(3, 4, 3), Weight(4)]);

    [Fact]
    public void ConvTransposeWithStridesPadsAndMore() =>
        Check(
            "ConvTranspose",
            [In(2, 4, 4, 3), Weight(4, 3, 3, 2), Weight(6)],
            [Of("strides", [3, 2]), Of("pads", [1, 0, 2, 1]), Of("output_padding", [2, 1]), Of("group", 2)]
        );

    [Fact]
    public void ConvTransposeWithDilations() =>
        Check("ConvTranspose", [In(1, 2, 4, 5), Weight(2, 3, 3, 2)], [Of("dilations", [2, 3]), Of("strides", [2, 1])]);

    [Theory, InlineData("SAME_UPPER"), InlineData("SAME_LOWER"), InlineData("VALID")]
    public void ConvTransposeThatPadsAutomatically(string mode) =>
        Check(
            "ConvTranspose",
            [In(2, 3, 4, 5), Weight(3, 2, 4, 3)],
            [Of("auto_pad", mode), Of("strides", [2, 2]), Of("kernel_shape", [4, 3])],
            least: Known.AllButBatch
        );

    [Theory, InlineData(9, 8), InlineData(8, 9), InlineData(11, 11)]
    public void ConvTransposeToASize(long height, long width) =>
        Check(
            "ConvTranspose",
            [In(2, 3, 4, 4), Weight(3, 2, 4, 4)],
            [Of("output_shape", [height, width]), Of("strides", [2, 2])],
            least: Known.AllButBatch
        );

    [Theory, InlineData("output_shape"), InlineData("auto_pad")]
    public void AConvTransposeWhosePadsFollowFromAVariableSizeIsRefused(string attribute)
    {
        var graph = new TinyGraph(known: Known.Ranks)
            .Input("x", 1, 1, 3, 3)
            .Weight("w", 1, 1, 2, 2)
            .Node("ConvTranspose", "x w", "y", attribute == "auto_pad" ? Of(attribute, "SAME_UPPER") : Of(attribute, [4L, 4L]))
            .Output("y")
            .Prepare();
        Assert.Contains(
            "'convtranspose/y'",
            Assert
                .Throws<NotSupportedException>(() => Backward.Gradients(graph, graph["y"], graph["y"], ["x"], GradientRules.Plain))
                .Message
        );
    }
}
