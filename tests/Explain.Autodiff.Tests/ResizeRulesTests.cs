using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of resizing.</summary>
public class ResizeRulesTests
{
    // csharpier-ignore
    public static TheoryData<string, string> Modes =>
    [
        ("linear", "half_pixel"), ("linear", "pytorch_half_pixel"), ("linear", "align_corners"), ("linear", "asymmetric"),
        ("nearest", "asymmetric"), ("nearest", "half_pixel"), ("cubic", "half_pixel"), ("cubic", "align_corners"),
    ];

    [Theory, MemberData(nameof(Modes))]
    public void ResizeToASize(string mode, string coordinates) =>
        Check(
            "Resize",
            [In(2, 3, 4, 5), null, null, Ints(2, 3, 9, 7)],
            [Of("mode", mode), Of("coordinate_transformation_mode", coordinates)],
            least: Known.Ranks
        );

    [Theory, MemberData(nameof(Modes))]
    public void ResizeByFactors(string mode, string coordinates) =>
        Check(
            "Resize",
            [In(2, 3, 4, 6), null, Singles(1, 1, 2, 1.5)],
            [Of("mode", mode), Of("coordinate_transformation_mode", coordinates)],
            least: Known.Ranks
        );

    [Theory, InlineData("linear"), InlineData("nearest"), InlineData("cubic")]
    public void ResizeBySymmetricHalfPixels(string mode) =>
        Check(
            "Resize",
            [In(2, 3, 4, 6), null, Singles(1, 1, 1.8f, 1.5)],
            [Of("mode", mode), Of("coordinate_transformation_mode", "half_pixel_symmetric")],
            least: Known.Ranks,
            opset: 19
        );

    [Fact]
    public void ResizeByHalfPixelsOfTensorFlow() =>
        Check(
            "Resize",
            [In(2, 3, 4, 6), Singles(), Singles(1, 1, 2, 1.5)],
            [Of("mode", "nearest"), Of("coordinate_transformation_mode", "tf_half_pixel_for_nn")],
            least: Known.Ranks,
            opset: 11
        );

    [Fact]
    public void ResizeToSmallerMaps() =>
        Check("Resize", [In(2, 3, 8, 6), null, null, Ints(2, 3, 3, 4)], [Of("mode", "linear")], least: Known.Ranks);

    [Fact]
    public void ResizeOfTwoNamedAxes() =>
        Check("Resize", [In(2, 3, 4, 5), null, null, Ints(7, 9)], [Of("mode", "linear"), Of("axes", [3, 2])], least: Known.Ranks);

    [Fact]
    public void ResizeOfAnOldModel() =>
        Check("Upsample", [In(2, 3, 4, 5), Singles(1, 1, 2, 2)], [Of("mode", "nearest")], least: Known.Ranks, opset: 9);

    [Theory, InlineData("round_prefer_floor"), InlineData("round_prefer_ceil"), InlineData("floor"), InlineData("ceil")]
    public void ResizeToTheNearest(string rounding) =>
        Check("Resize", [In(2, 3, 4, 6), null, Singles(1, 1, 2, 1.5)], [Of("nearest_mode", rounding)], least: Known.Ranks);

    [Theory, InlineData(0, -0.5f), InlineData(1, -0.75f)]
    public void ResizeByCubesOfAnotherShape(int excludeOutside, float coefficient) =>
        Check(
            "Resize",
            [In(2, 3, 4, 6), null, Singles(1, 1, 2, 1.5)],
            [Of("mode", "cubic"), Of("exclude_outside", excludeOutside), Of("cubic_coeff_a", coefficient)],
            least: Known.Ranks
        );

    [Theory, InlineData("linear"), InlineData("cubic")]
    public void ResizeToSmallerMapsWithoutAliasing(string mode) =>
        Check("Resize", [In(2, 3, 8, 6), null, null, Ints(2, 3, 3, 4)], [Of("mode", mode), Of("antialias", 1)], least: Known.Ranks);

    [Fact]
    public void ResizeOfSignals() => Check("Resize", [In(2, 3, 6), null, null, Ints(2, 3, 10)], [Of("mode", "linear")], least: Known.Ranks);

    [Fact]
    public void ResizeOfVolumes() =>
        Check("Resize", [In(1, 2, 3, 4, 2), null, null, Ints(1, 2, 5, 6, 4)], [Of("mode", "linear")], least: Known.Ranks);

    [Fact]
    public void ResizeOfMapsWithTheirChannelsLast() =>
        Check("Resize", [In(2, 4, 5, 3), null, Singles(1, 2, 2, 1)], [Of("mode", "linear")], least: Known.Ranks);

    [Fact]
    public void ResizeOfChannelsToo() =>
        Check("Resize", [In(2, 3, 4, 4), null, null, Ints(2, 6, 8, 8)], [Of("mode", "nearest")], least: Known.AllButBatch);

    [Fact]
    public void ResizeOfARegion() =>
        Check(
            "Resize",
            [In(2, 3, 6, 6), Singles(0, 0, 0.2, 0.1, 1, 1, 0.7, 1.3), null, Ints(2, 3, 5, 5)],
            [Of("mode", "linear"), Of("coordinate_transformation_mode", "tf_crop_and_resize")],
            least: Known.Ranks
        );

    public static IEnumerable<TheoryDataRow<string, string, string>> Proportions =>
        from policy in (string[])["not_larger", "not_smaller"]
        from mode in (string[])["linear", "nearest", "cubic"]
        from coordinates in (string[])["half_pixel", "align_corners"]
        select new TheoryDataRow<string, string, string>(policy, mode, coordinates);

    [Theory, MemberData(nameof(Proportions))]
    public void ResizeInProportion(string policy, string mode, string coordinates) =>
        Check(
            "Resize",
            [In(2, 3, 4, 7), null, null, Ints(6, 9)],
            [
                Of("axes", [2, 3]),
                Of("mode", mode),
                Of("coordinate_transformation_mode", coordinates),
                Of("keep_aspect_ratio_policy", policy),
            ],
            least: Known.Ranks
        );

    [Fact]
    public void ResizeOfAllAxesInProportion() =>
        Check(
            "Resize",
            [In(1, 1, 8, 5), null, null, Ints(1, 1, 4, 3)],
            [Of("mode", "nearest"), Of("keep_aspect_ratio_policy", "not_larger")],
            least: Known.Ranks
        );
}
