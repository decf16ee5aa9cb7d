using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of the poolings.</summary>
public class PoolingRulesTests
{
    [Fact]
    public void MaxPoolOfDisjointWindows() => Check("MaxPool", [In(2, 3, 4, 6)], [Of("kernel_shape", [2, 2]), Of("strides", [2, 2])]);

    [Fact]
    public void MaxPoolOfOverlappingWindows() => Check("MaxPool", [In(2, 2, 6, 5)], [Of("kernel_shape", [3, 3])]);

    [Fact]
    public void MaxPoolOfOverlappingWindowsWithStride() =>
        Check("MaxPool", [In(2, 2, 7, 8)], [Of("kernel_shape", [3, 3]), Of("strides", [2, 2])]);

    [Fact]
    public void MaxPoolWithPads() =>
        Check("MaxPool", [In(2, 2, 6, 5)], [Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("pads", [1, 1, 1, 1])]);

    [Fact]
    public void MaxPoolWithAsymmetricPads() =>
        Check("MaxPool", [In(2, 2, 6, 5)], [Of("kernel_shape", [3, 2]), Of("strides", [2, 1]), Of("pads", [0, 1, 2, 0])]);

    [Fact]
    public void MaxPoolWithCeilMode() =>
        Check("MaxPool", [In(2, 2, 6, 8)], [Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("ceil_mode", 1)]);

    [Fact]
    public void MaxPoolWithCeilModeAndPads() =>
        Check(
            "MaxPool",
            [In(2, 2, 6, 8)],
            [Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("ceil_mode", 1), Of("pads", [1, 0, 1, 0])]
        );

    [Fact]
    public void MaxPoolWithDilations() => Check("MaxPool", [In(2, 2, 7, 6)], [Of("kernel_shape", [2, 3]), Of("dilations", [3, 2])]);

    [Fact]
    public void MaxPoolInOneDimension() =>
        Check("MaxPool", [In(2, 3, 8)], [Of("kernel_shape", [3]), Of("strides", [2]), Of("pads", [1, 0])]);

    [Fact]
    public void MaxPoolInThreeDimensions() => Check("MaxPool", [In(1, 2, 3, 4, 3)], [Of("kernel_shape", [2, 2, 2])]);

    [Fact]
    public void MaxPoolWithAutoPad() => Check("MaxPool", [In(2, 2, 6, 5)], [Of("kernel_shape", [2, 3]), Of("auto_pad", "SAME_UPPER")]);

    [Fact]
    public void MaxPoolWithAutoPadSameLowerAndStride() =>
        Check(
            "MaxPool",
            [In(2, 2, 6, 5)],
            [Of("kernel_shape", [2, 3]), Of("strides", [2, 2]), Of("auto_pad", "SAME_LOWER")],
            Known.AllButBatch
        );

    [Fact]
    public void MaxPoolWithColumnMajorIndices() => Check("MaxPool", [In(2, 2, 4, 6)], [Of("kernel_shape", [2, 2]), Of("storage_order", 1)]);

    [Fact]
    public void MaxPoolWhoseIndicesTheModelNamesItself() =>
        Check(g => g.Input("x", 2, 2, 4, 6).Node("MaxPool", "x", "y places", Of("kernel_shape", [2, 2])));

    [Fact]
    public void AveragePoolOfDisjointWindows() =>
        Check("AveragePool", [In(2, 3, 4, 6)], [Of("kernel_shape", [2, 2]), Of("strides", [2, 2])]);

    [Fact]
    public void AveragePoolOfOverlappingWindows() => Check("AveragePool", [In(2, 2, 6, 5)], [Of("kernel_shape", [3, 2])]);

    [Fact]
    public void AveragePoolWithLeftoverRows() =>
        Check("AveragePool", [In(2, 2, 7, 8)], [Of("kernel_shape", [2, 2]), Of("strides", [3, 3])]);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void AveragePoolWithPads(int include, int ceil) =>
        Check(
            "AveragePool",
            [In(2, 2, 6, 7)],
            [
                Of("kernel_shape", [3, 3]),
                Of("strides", [2, 2]),
                Of("pads", [1, 1, 1, 1]),
                Of("count_include_pad", include),
                Of("ceil_mode", ceil),
            ]
        );

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void AveragePoolWithAsymmetricPads(int include, int ceil) =>
        Check(
            "AveragePool",
            [In(2, 2, 6, 7)],
            [
                Of("kernel_shape", [3, 2]),
                Of("strides", [2, 3]),
                Of("pads", [0, 1, 2, 0]),
                Of("count_include_pad", include),
                Of("ceil_mode", ceil),
            ]
        );

    [Theory]
    [InlineData(18)]
    [InlineData(19)]
    public void AveragePoolWithCeilModeWhoseLastWindowHangsOver(long opset) =>
        Check(
            "AveragePool",
            [In(2, 2, 6, 8)],
            [Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("ceil_mode", 1), Of("count_include_pad", 1)],
            opset: opset
        );

    [Fact]
    public void AveragePoolWithCeilModeWithoutPads() =>
        Check("AveragePool", [In(2, 2, 6, 8)], [Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("ceil_mode", 1)]);

    [Fact]
    public void AveragePoolWithDilations() =>
        Check("AveragePool", [In(2, 2, 7, 6)], [Of("kernel_shape", [2, 3]), Of("dilations", [3, 2]), Of("pads", [1, 1, 1, 1])], opset: 19);

    [Fact]
    public void AveragePoolInOneDimension() =>
        Check("AveragePool", [In(2, 3, 8)], [Of("kernel_shape", [3]), Of("strides", [2]), Of("pads", [1, 0])]);

    [Fact]
    public void AveragePoolInThreeDimensions() =>
        Check("AveragePool", [In(1, 2, 3, 4, 3)], [Of("kernel_shape", [2, 2, 2]), Of("pads", [1, 0, 0, 0, 1, 0])]);

    [Fact]
    public void AveragePoolWithAutoPadSameUpper() =>
        Check("AveragePool", [In(2, 2, 6, 5)], [Of("kernel_shape", [2, 3]), Of("auto_pad", "SAME_UPPER")]);

    [Fact]
    public void AveragePoolWithAutoPadSameLower() =>
        Check("AveragePool", [In(2, 2, 6, 5)], [Of("kernel_shape", [2, 4]), Of("auto_pad", "SAME_LOWER")]);

    [Fact]
    public void AveragePoolOverTheWholeMap() => Check("AveragePool", [In(2, 3, 4, 4)], [Of("kernel_shape", [4, 4])]);

    [Fact]
    public void GlobalAveragePoolInTwoDimensions() => Check("GlobalAveragePool", [In(2, 3, 4, 5)]);

    [Fact]
    public void GlobalAveragePoolInOneDimension() => Check("GlobalAveragePool", [In(2, 3, 6)]);

    [Fact]
    public void GlobalAveragePoolInThreeDimensions() => Check("GlobalAveragePool", [In(2, 2, 2, 3, 2)]);

    [Fact]
    public void GlobalMaxPoolInTwoDimensions() => Check("GlobalMaxPool", [In(2, 3, 4, 5)], floatStep: 0.01);

    [Fact]
    public void GlobalMaxPoolInOneDimension() => Check("GlobalMaxPool", [In(2, 3, 6)], floatStep: 0.01);

    [Fact]
    public void GlobalMaxPoolInThreeDimensions() => Check("GlobalMaxPool", [In(2, 2, 2, 3, 2)], floatStep: 0.01);
}
