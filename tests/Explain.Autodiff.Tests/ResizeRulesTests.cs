using static Explain.Autodiff.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of resizing.</summary>
public class ResizeRulesTests
{
    public static TheoryData<string, string> Modes =>
    [
        ("linear", "half_pixel"), ("linear", "pytorch_half_pixel"), ("linear", "align_corners"), ("linear", "asymmetric"),
        ("nearest", "asymmetric"), ("nearest", "half_pixel"), ("cubic", "half_pixel"), ("cubic", "align_corners"),
    ];

    [Theory, MemberData(nameof(Modes))]
    public void ResizeToASize(string mode, string coordinates) =>
        Check("Resize", [In(2, 3, 4, 5), null, null, Ints(2, 3, 9, 7)], [Of("mode", mode), Of("coordinate_transformation_mode", coordinates)], least: Known.Ranks);

    [Theory, MemberData(nameof(Modes))]
    public void ResizeByFactors(string mode, string coordinates) =>
        Check("Resize", [In(2, 3, 4, 6), null, Singles(1, 1, 2, 1.5)], [Of("mode", mode), Of("coordinate_transformation_mode", coordinates)], least: Known.Ranks);

    [Fact] public void ResizeToSmallerMaps() => Check("Resize", [In(2, 3, 8, 6), null, null, Ints(2, 3, 3, 4)], [Of("mode", "linear")], least: Known.Ranks);

    [Fact] public void ResizeOfTwoNamedAxes() => Check("Resize", [In(2, 3, 4, 5), null, null, Ints(7, 9)], [Of("mode", "linear"), Of("axes", [3, 2])], least: Known.Ranks);

    [Fact] public void ResizeOfAnOldModel() => Check("Upsample", [In(2, 3, 4, 5), Singles(1, 1, 2, 2)], [Of("mode", "nearest")], least: Known.Ranks, opset: 9);

    [Theory]
    [InlineData("changes other axes", "x - - sizes")]
    [InlineData("keeps the aspect ratio", "x - - sizes", "keep_aspect_ratio_policy", "not_larger")]
    [InlineData("resizes a region", "x roi - sizes", "coordinate_transformation_mode", "tf_crop_and_resize")]
    public void AResizeThatHasNoRuleSaysWhy(string reason, string inputs, string attribute = "mode", string value = "nearest")
    {
        var graph = new TinyGraph().Input("x", 2, 3, 4, 4).Weight("roi", Tensor.Of([8], 0, 0, 0, 0, 1, 1, 1, 1)).Ints("sizes", 2, attribute == "mode" ? 6 : 3, 8, 8)
            .Node("Resize", inputs, "y", Of(attribute, value)).Output("y").Prepare();

        var e = Assert.Throws<NotSupportedException>(() => ExplainGraph.Build(graph, new GradientQuery("y", ["x"]) { Dense = true }));

        Assert.Contains(reason, e.Message);
    }
}
