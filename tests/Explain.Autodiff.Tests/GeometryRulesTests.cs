using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of operators that read images at computed positions, in regions and in windows.</summary>
public class GeometryRulesTests
{
    private const double Small = 0.001;

    public static IEnumerable<TheoryDataRow<string, string, int>> Samplings =>
        from mode in (string[])["bilinear", "nearest", "bicubic"]
        from padding in (string[])["zeros", "border", "reflection"]
        from aligned in Enumerable.Range(0, 2)
        select new TheoryDataRow<string, string, int>(mode, padding, aligned);

    [Theory, MemberData(nameof(Samplings))]
    public void GridSample(string mode, string padding, int aligned) =>
        Check(
            "GridSample",
            [In(2, 3, 4, 5), Weight(2, 3, 2, 2)],
            [Of("mode", mode), Of("padding_mode", padding), Of("align_corners", aligned)],
            least: Known.Ranks
        );

    [Theory, MemberData(nameof(Samplings))]
    public void GridSampleOfNewModels(string mode, string padding, int aligned) =>
        Check(
            "GridSample",
            [In(1, 2, 5, 4), In(1, 2, 4, 2)],
            [
                Of(
                    "mode",
                    mode switch
                    {
                        "bilinear" => "linear",
                        "bicubic" => "cubic",
                        _ => mode,
                    }
                ),
                Of("padding_mode", padding),
                Of("align_corners", aligned),
            ],
            least: Known.Ranks,
            opset: 20,
            floatStep: Small
        );

    [Theory, MemberData(nameof(Samplings))]
    public void GridSampleOfVolumes(string mode, string padding, int aligned)
    {
        if (mode == "bicubic")
            return;
        Check(
            "GridSample",
            [In(2, 2, 3, 4, 2), In(2, 2, 3, 1, 3)],
            [Of("mode", mode == "nearest" ? mode : "linear"), Of("padding_mode", padding), Of("align_corners", aligned)],
            least: Known.Ranks,
            opset: 20,
            floatStep: Small
        );
    }

    [Theory, InlineData(new long[] { 2, 2, 3 }, 0), InlineData(new long[] { 2, 2, 3 }, 1), InlineData(new long[] { 2, 3, 4 }, 0)]
    public void AffineGrid(long[] theta, int aligned) =>
        Check("AffineGrid", [In(theta), Ints(theta[1] == 2 ? [2, 3, 4, 5] : [2, 3, 2, 4, 3])], [Of("align_corners", aligned)], opset: 20);

    [Theory, InlineData(false, 1, 1), InlineData(true, 1, 1), InlineData(true, 2, 2), InlineData(false, 2, 1), InlineData(true, 1, 2)]
    public void DeformConv(bool masked, int groups, int offsetGroups) =>
        Check(
            "DeformConv",
            [
                In(2, 4, 4, 7),
                In(4, 4 / groups, 2, 3),
                In(2, offsetGroups * 2 * 6, 3, 2),
                In(4),
                masked ? In(2, offsetGroups * 6, 3, 2) : null,
            ],
            [
                Of("group", groups),
                Of("offset_group", offsetGroups),
                Of("strides", [2, 2]),
                Of("dilations", [1, 2]),
                Of("pads", [1, 1, 1, 0]),
                Of("kernel_shape", [2, 3]),
            ],
            least: Known.Ranks,
            opset: 19,
            floatStep: Small
        );

    public static IEnumerable<TheoryDataRow<string, string, int>> Alignments =>
        from mode in (string[])["avg", "max"]
        from coordinates in (string[])["half_pixel", "output_half_pixel"]
        from ratio in (int[])[0, 2]
        select new TheoryDataRow<string, string, int>(mode, coordinates, ratio);

    [Theory, MemberData(nameof(Alignments))]
    public void RoiAlign(string mode, string coordinates, int ratio) =>
        Check(
            g =>
                g.Input("x", 2, 3, 6, 7)
                    .Input("rois", Tensor.Of([4, 4], 1.1, 0.7, 9.3, 8.2, -2.3, 3.1, 5.2, 12.9, 4.3, 4.9, 30.7, 9.6, 6.1, 3.2, 5.3, 8.9))
                    .Ints("b", 0, 1, 1, 0)
                    .Node(
                        "RoiAlign",
                        "x rois b",
                        "y",
                        Of("mode", mode),
                        Of("coordinate_transformation_mode", coordinates),
                        Of("sampling_ratio", ratio),
                        Of("output_height", 2),
                        Of("output_width", 3),
                        Of("spatial_scale", 0.5f)
                    ),
            least: Known.Ranks,
            floatStep: Small
        );

    [Fact]
    public void RoiAlignOfAnOldModel() =>
        Check(
            g =>
                g.Input("x", 1, 2, 5, 5)
                    .Input("rois", Tensor.Of([1, 4], 0.3, 0.6, 3.2, 4.1))
                    .Ints("b", 0)
                    .Node("RoiAlign", "x rois b", "y", Of("output_height", 2), Of("output_width", 2)),
            least: Known.Ranks,
            opset: 10,
            floatStep: Small
        );

    [Fact]
    public void MaxRoiPool() =>
        Check(
            g =>
                g.Input("x", Shuffled(2, 3, 6, 7))
                    .Weight("rois", Tensor.Of([3, 5], 0, 1, 0, 9, 8, 1, -4, 3, 5, 14, 1, 40, 40, 44, 42))
                    .Node("MaxRoiPool", "x rois", "y", Of("pooled_shape", [2, 3]), Of("spatial_scale", 0.5f)),
            least: Known.Ranks,
            floatStep: 0.25
        );

    // Whole numbers, all different: differences of them are exact in float32.
    private static Tensor Shuffled(params long[] shape)
    {
        var values = Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(v => (double)v).ToArray();
        new Random(3).Shuffle(values);
        return Tensor.Of(shape, values);
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Col2Im(int variant) =>
        Check(
            "Col2Im",
            variant == 0 ? [In(2, 2 * 4, 12), Ints(4, 5), Ints(2, 2)] : [In(1, 3 * 6, 4), Ints(5, 5), Ints(2, 3)],
            variant == 0 ? [] : [Of("dilations", [2, 1]), Of("strides", [2, 2]), Of("pads", [0, 1, 1, 0])],
            least: Known.Ranks
        );

    [Theory, InlineData(new long[] { 3, 7 }), InlineData(new long[] { 6, 2 }), InlineData(new long[] { 2, 8 })]
    public void CenterCropPad(long[] size) => Check("CenterCropPad", [In(2, 5, 4), Ints(size)], [Of("axes", [1, -1])], least: Known.Ranks);

    [Fact]
    public void CenterCropPadOfAllAxes() => Check("CenterCropPad", [In(5, 4), Ints(2, 7)], least: Known.Ranks);

    [Fact]
    public void MaxUnpool() =>
        Check(
            g =>
                g.Input("x", 1, 2, 2, 2)
                    .Ints("i", [1, 2, 2, 2], [5, 3, 12, 9, 17, 21, 24, 31])
                    .Node("MaxUnpool", "x i", "y", Of("kernel_shape", [2, 2]), Of("strides", [2, 2])),
            least: Known.Ranks
        );

    [Fact]
    public void MaxUnpoolOfWindowsThatShareTheirMaximum() =>
        Check(
            g =>
                g.Input("x", 1, 1, 2, 2)
                    .Ints("i", [1, 1, 2, 2], [4, 4, 4, 8])
                    .Ints("s", 1, 1, 3, 3)
                    .Node("MaxUnpool", "x i s", "y", Of("kernel_shape", [2, 2]), Of("strides", [1, 1])),
            least: Known.Ranks
        );
}
