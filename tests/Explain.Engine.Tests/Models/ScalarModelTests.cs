using Explain.Engine.Methods.Tables;
using static Explain.Autodiff.Graphs.Attributes;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>Models that compute with values without axes, as scaling by the range of the image does.</summary>
public sealed class ScalarModelTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Action<TinyGraph>> Forms = new()
    {
        ["range"] = g => g.Node("Sub", "x low", "above").Node("Sub", "high low", "by").Node("Div", "above by", "scaled"),
        ["add"] = g => g.Node("Add", "high low", "by").Node("Mul", "x by", "scaled"),
        ["mul"] = g => g.Node("Mul", "high low", "by").Node("Add", "x by", "scaled"),
        ["max"] = g => g.Node("Max", "high low", "by").Node("Div", "x by", "scaled"),
        ["min"] = g => g.Node("Min", "high low", "by").Node("Sub", "x by", "scaled"),
        ["pow"] = g => g.Node("Abs", "low", "p").Node("Pow", "high p", "by").Node("Div", "x by", "scaled"),
        ["where"] = g => g.Node("Less", "low high", "is").Node("Where", "is high low", "by").Node("Mul", "x by", "scaled"),
        ["concat"] = g =>
            g.Ints("axis", 0)
                .Node("Unsqueeze", "low axis", "low1")
                .Node("Unsqueeze", "high axis", "high1")
                .Node("Concat", "low1 high1", "both", Of("axis", 0L))
                .Node("ReduceMean", "both", "by", Of("keepdims", 0L))
                .Node("Sub", "x by", "scaled"),
        ["expand"] = g => g.Node("Shape", "x", "shape").Node("Expand", "high shape", "by").Node("Div", "x by", "scaled"),
        ["sum"] = g => g.Node("Sum", "high low high", "by").Node("Div", "x by", "scaled"),
        ["relu"] = g =>
            g.Node("Add", "high low", "s")
                .Node("Relu", "s", "r")
                .Node("Sqrt", "high", "q")
                .Node("Add", "r q", "by")
                .Node("Div", "x by", "scaled"),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory, MemberData(nameof(Names))]
    public void TheGradientIsThatOfDifferences(string form)
    {
        var net = new TinyGraph()
            .Input("x", Tensor.Spread([1, 3, 5, 6], -1, 3, 5))
            .Node("ReduceMax", "x", "high", Of("keepdims", 0L))
            .Node("ReduceMin", "x", "low", Of("keepdims", 0L));
        Forms[form](net);
        net.Convolve("scaled", 4, 3, "c").Node("Sigmoid", "c", "l").PoolAndClassify().Output("scores");
        using var model = net.Load();
        Assert.Equal("l", model.Description.Layer);
        Assert.All(MethodSupportTable.For(model.View).Where(m => m.Method is "gradcam" or "saliency"), m =>
            Assert.True(m.Supported, m.Reason)
        );
        InputDifferences.Check(model.View, net.Image(), form, output);
    }

    [Fact]
    public void TheSharedModelThatScalesByItsRangeIsServed()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var model = Tiny.LoadFile(SharedData.Path("cases", "models", "null-reference-scalar-arith", "model.onnx"));
        var input = model.Description.Input;
        var image = Tensor.Spread([1, input.Mean.Count, input.Height, input.Width], 0, 1, 9);
        InputDifferences.Check(model.View, image.ToEngine(), "case", output);
    }
}
