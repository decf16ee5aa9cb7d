using Explain.Autodiff.Onnx;
using Explain.Engine.Explaining;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

/// <summary>Models that branch and repeat: layers are found, and what cannot be differentiated can be predicted and occluded.</summary>
public sealed class ControlFlowTests
{
    private static readonly string[] WithoutGradients = ["eigencam", "activationmap", "scorecam", "occlusion", "rise"];

    [Fact]
    public void ABranchThatIsAlwaysTakenIsPartOfTheNet()
    {
        var g = Tiny.Features()
            .Bool("flag", false)
            .Node("If", "flag", "z", Branches("l", new TinyGraph()))
            .Node("GlobalAveragePool", "z", "p");
        var net = g.Node("Flatten", "p", "f").Classify().Output("scores");
        using var loaded = net.Load();
        Assert.Equal("z", loaded.View.Description.Layer);
        Assert.Contains("l", loaded.View.Description.Layers.Select(l => l.Name));
        AssertScores(net, loaded.View);
        foreach (var method in WithoutGradients.Append("gradcam").Append("cam").Append("ablationcam"))
            AssertAnswers(net, loaded.View, method);
    }

    [Fact]
    public void WhatABranchCapturesIsALayer()
    {
        var net = Deciding(Tiny.Features(), 18).Classify().Output("scores");
        using var loaded = net.Load();
        Assert.Equal("z", loaded.View.Description.Layer);
        Assert.Contains("l", loaded.View.Description.Layers.Select(l => l.Name));
        AssertScores(net, loaded.View);
        foreach (var method in WithoutGradients.Append("gradcam").Append("saliency").Append("ablationcam"))
            AssertAnswers(net, loaded.View, method);
        // The condition is no part of the layer before the branch.
        var refused = Assert.Throws<ExplainException>(() => loaded.View.Explain(net.Image(), "ablationcam", layer: "l"));
        Assert.Contains("by ways around 'l'", refused.Message);
        AssertAnswers(net, loaded.View, "gradcam", "l");
    }

    [Theory, InlineData(9), InlineData(11), InlineData(13), InlineData(17)]
    public void OldBranchesArePredictedAndDifferentiated(int opset)
    {
        var features = new TinyGraph(known: Known.AllButBatch, opset: opset)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l");
        var net = Deciding(features, opset).Classify().Output("scores");
        using var loaded = net.Load();
        Assert.Equal(opset, loaded.View.Description.Opset);
        AssertScores(net, loaded.View);
        Assert.Empty(loaded.View.Description.MissingGradients);
        foreach (var method in WithoutGradients.Append("gradcam").Append("saliency"))
            AssertAnswers(net, loaded.View, method);
    }

    [Theory, InlineData(6), InlineData(8)]
    public void WhatCannotBeRaisedIsPredictedAndOccluded(int opset)
    {
        var g = new TinyGraph(known: opset == 8 ? Known.Everything : Known.AllButBatch, opset: opset)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l");
        if (opset == 8)
        {
            var step = new TinyGraph(opset: 8).Node("Add", "state item", "next").Output("next").Body(("state", null), ("item", null));
            g.Weight("start", 2, 5, 6)
                .Ints("lengths", 4, 2)
                .Node("Scan", "lengths start l", "s", Of("body", step), Of("num_scan_inputs", 1))
                .Node("Flatten", "s", "f")
                .Weight("w", 30, 3)
                .Node("MatMul", "f w", "scores");
        }
        else
        {
            g.Node("GlobalAveragePool", "l", "pooled").Node("Flatten", "pooled", "f").Weight("w", 4, 3).Node("MatMul", "f w", "scores");
        }
        var net = g.Output("scores");
        using var loaded = net.Load();
        var answer = Explained("occlusion");
        Near.Relative(Runtime.Run(net.Build(), net.Feeds)["scores"].Floats, answer.Logits.Values, 1e-5, "scores");
        Assert.Contains(answer.Map.Values, v => v != 0);
        var refused = Assert.Throws<ExplainException>(() => Explained("saliency"));
        Assert.Equal(ExplainError.MethodNotSupported, refused.Error);
        Assert.Contains(opset == 8 ? "sequences of different lengths" : "opset 6 is too old for gradients", refused.Message);
        Assert.False(MethodSupportTable.For(loaded.View).Single(m => m.Method == "saliency").Supported);

        TensorAnswer Explained(string method) =>
            TensorExplainer.Explain(
                loaded.View,
                new TensorQuery(net.Image(), new ExplainParameters { Method = method, Target = "1" }),
                Tiny.Images,
                RunContext.Alone(TestContext.Current.CancellationToken)
            );
    }

    [Fact]
    public void ARecurrentHeadIsDifferentiated()
    {
        var net = Tiny.Features()
            .Ints("columns", 0, 4, 30)
            .Node("Reshape", "l columns", "r")
            .Node("Transpose", "r", "t", Of("perm", [2, 0, 1]))
            .Weight("lw", 1, 12, 4)
            .Weight("lr", 1, 12, 3)
            .Node("LSTM", "t lw lr", "all", Of("hidden_size", 3L))
            .Ints("axes", 0, 1)
            .Node("ReduceMean", "all axes", "scores", Of("keepdims", 0))
            .Output("scores");
        using var loaded = net.Load();
        AssertScores(net, loaded.View);
        Assert.Empty(loaded.View.Description.MissingGradients);
        AssertAnswers(net, loaded.View, "gradcam", "l");
        AssertAnswers(net, loaded.View, "saliency");
    }

    [Fact]
    public void TheModelsOfTheReferenceDataAreExplained()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var folder = SharedData.Path("cases", "models");
        Assert.SkipUnless(Directory.Exists(folder), SharedData.Missing);
        foreach (
            var file in new List<string>
            {
                "control-flow-hides-layers/model.onnx",
                "control-flow-hides-layers/opset13_reducemax_in_if.onnx",
                "function-own-opset/model.onnx",
            }
        )
        {
            using var loaded = Tiny.LoadFile(Path.Combine(folder, file));
            Assert.NotNull(loaded.View.Description.Layer);
            Assert.Empty(loaded.View.Description.MissingGradients);
            Assert.All(
                MethodSupportTable
                    .For(loaded.View)
                    .Where(m => m.Method is "gradcam" or "eigencam" or "scorecam" or "occlusion" or "saliency"),
                m => Assert.True(m.Supported, $"{file}: {m.Method}: {m.Reason}")
            );
        }
    }

    // Bright images are squashed, dark ones are averaged with a squared one; the branches are as old as the model.
    private static TinyGraph Deciding(TinyGraph g, int opset)
    {
        g = g.Node("ReduceSum", "x", "total", Of("keepdims", 0)).Weight("none", Tensor.Of([], 0)).Node("Greater", "total none", "bright");
        g = g.Node("If", "bright", "z", Branches("l", new TinyGraph(opset: opset))).Node("GlobalAveragePool", "z", "p");
        return g.Node("Flatten", "p", "f");
    }

    private static AttributeProto[] Branches(string read, TinyGraph like)
    {
        TinyGraph Branch() => new(opset: like.Build().Opset);
        var then = Branch().Node("Sigmoid", read, "t").Output("t").Body();
        var old = like.Build().Opset < 18;
        var otherwise = Branch();
        otherwise = old
            ? otherwise.Node("ReduceMax", read, "m", Of("axes", [2, 3]), Of("keepdims", 1))
            : otherwise.Ints("places", 2, 3).Node("ReduceMax", $"{read} places", "m", Of("keepdims", 1));
        return [Of("then_branch", then), Of("else_branch", otherwise.Node("Mul", $"{read} m", "o").Output("o").Body())];
    }

    private static void AssertScores(TinyGraph net, Model model) =>
        Near.Relative(
            Runtime.Run(net.Build(), net.Feeds)["scores"].Floats,
            model.Explain(net.Image(), "occlusion").Logits.Values,
            1e-5,
            "scores"
        );

    private static void AssertAnswers(TinyGraph net, Model model, string method, string? layer = null) =>
        Assert.Contains(model.Explain(net.Image(), method, layer: layer).Map.Values, v => v != 0);
}
