using System.Text.Json;

namespace Explain.Cli.Tests;

public sealed class InspectTests
{
    [Fact]
    public async Task TheTextHasEveryFact()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("inspect", place.Colours);

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        var text = run.Out;
        Assert.Contains("input       x FP32 [any, 3, 8, 8]", text);
        Assert.Contains("output      logits FP32 [any, 3]", text);
        Assert.Contains("opset       17", text);
        Assert.Contains(text, line => line.StartsWith("sha256      ") && line.Length == 12 + 64);
        Assert.Contains(text, line => line.StartsWith("logit       logits (", StringComparison.Ordinal));
        Assert.Contains(text, line => line.StartsWith("activation  softmax (", StringComparison.Ordinal));
        Assert.Contains("layer       features (the last feature map before the head: 3 maps of 8×8 from Relu)", text);
        Assert.Equal(["features", "Relu", "3×8×8", "NCHW"], Cells(text, "features"));
        Assert.Equal(["gradcam", "yes"], Cells(text, "gradcam"));
        Assert.Equal(["GlobalAveragePool", "1", "rule", "GlobalAveragePool_pooled"], Cells(text, "GlobalAveragePool"));
        Assert.Equal("input.size", Cells(text, "input.size")[0]);
    }

    [Fact]
    public async Task TheJsonHasTheSameFacts()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("inspect", place.Path(place.Colours, "model.onnx"), "--json");

        Assert.Equal(0, run.Code);
        using var document = JsonDocument.Parse(string.Join('\n', run.Out));
        var root = document.RootElement;
        Assert.Equal("features", root.GetProperty("layer").GetProperty("name").GetString());
        Assert.Equal("logits", root.GetProperty("output").GetProperty("logit").GetString());
        Assert.Equal(64, root.GetProperty("sha256").GetString()!.Length);
        Assert.Equal(["conv", "features"], root.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("name").GetString()!));
        Assert.All(root.GetProperty("methods").EnumerateArray(), m => Assert.True(m.GetProperty("supported").GetBoolean()));
        Assert.All(root.GetProperty("gradients").EnumerateArray(), g => Assert.Equal("rule", g.GetProperty("gradient").GetString()));
        Assert.Contains(root.GetProperty("guesses").EnumerateArray(), g => g.GetProperty("what").GetString() == "layer");
    }

    [Fact]
    public async Task AnOperatorWithoutRuleIsMissingAndStopsTheMethodsThatNeedIt()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("inspect", place.WithoutRule);

        Assert.Equal(0, run.Code);
        Assert.Equal(["ai.onnx.ml.Binarizer", "1", "missing", "ai.onnx.ml.Binarizer_extra"], Cells(run.Out, "ai.onnx.ml.Binarizer"));
        Assert.Equal(["gradcam", "no"], Cells(run.Out, "gradcam")[..2]);
    }

    [Fact]
    public async Task WhatIsComputedFromShapesHasNoDerivative()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("inspect", TinyModels.WithShapes(place.Path("shapes.onnx")));

        Assert.Equal(["Shape", "1", "zero", "Shape_shape"], Cells(run.Out, "Shape"));
        Assert.Equal(["Gather", "1", "zero", "Gather_rows"], Cells(run.Out, "Gather"));
        Assert.Equal(["Concat", "1", "zero", "Concat_wanted"], Cells(run.Out, "Concat"));
        Assert.Equal(["Reshape", "1", "rule", "Reshape_logits"], Cells(run.Out, "Reshape"));
    }

    private static string[] Cells(string[] lines, string first) =>
        lines
            .Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .First(cells => cells is [var head, ..] && head == first);
}
