using Explain.Engine.Images;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

public sealed class LayerFinderTests
{
    // csharpier-ignore
    private static readonly Dictionary<string, (Func<TinyGraph, TinyGraph> Build, string Layer)> Nets = new()
    {
        ["average and Gemm"] = (g => g.PoolAndClassify(), "l"),
        ["maximum and Gemm"] = (g => g.PoolAndClassify("GlobalMaxPool"), "l"),
        ["Flatten and Gemm"] = (g => g.Node("Flatten", "l", "f").Weight("w", 120, 3).Node("MatMul", "f w", "scores"), "l"),
        ["Reshape and Gemm"] = (g => g.Ints("s", 0, -1).Node("Reshape", "l s", "f").Weight("w", 120, 3).Node("MatMul", "f w", "scores"), "l"),
        ["Softmax"] = (g => g.PoolAndClassify("GlobalAveragePool", "z").Node("Softmax", "z", "scores"), "l"),
        ["class maps"] = (g => g.Convolve("l", 3, 4, "maps", 1).Node("GlobalAveragePool", "maps", "a").Node("Flatten", "a", "scores"), "l"),
        ["class maps behind a ReLU and a Dropout"] = (g => g.Node("Dropout", "l", "d").Convolve("d", 3, 4, "maps", 1).Node("Relu", "maps", "r").Node("GlobalAveragePool", "r", "scores"), "l"),
        ["pools behind the last Conv"] = (g => g.Node("MaxPool", "l", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2])).Node("AveragePool", "p", "q", Of("kernel_shape", [2, 1])).Node("Flatten", "q", "f").Weight("w", 12, 3).Node("MatMul", "f w", "scores"), "l"),
        ["a residual block"] = (g => g.Convolve("l", 4, 4, "c1").Node("Add", "c1 l", "s").Node("Relu", "s", "r").Node("GlobalAveragePool", "r", "p").Node("Flatten", "p", "f").Classify(), "r"),
        ["a residual block without a last ReLU"] = (g => g.Convolve("l", 4, 4, "c1").Node("Add", "c1 l", "s").Node("GlobalAveragePool", "s", "p").Node("Flatten", "p", "f").Classify(), "s"),
        ["squeeze and excitation before the head"] = (g => g.Node("GlobalAveragePool", "l", "e").Convolve("e", 4, 4, "e1", 1).Node("Sigmoid", "e1", "e2").Node("Mul", "l e2", "m").Node("GlobalAveragePool", "m", "p").Node("Flatten", "p", "f").Classify(), "m"),
        ["branches joined"] = (g => g.Convolve("l", 2, 4, "c1").Convolve("l", 2, 4, "c2", 1).Node("Concat", "c1 c2", "j", Of("axis", 1)).Node("GlobalAveragePool", "j", "p").Node("Flatten", "p", "f").Classify(), "j"),
        ["average and maximum side by side"] = (g => g.Node("GlobalAveragePool", "l", "p").Node("GlobalMaxPool", "l", "q").Node("Concat", "p q", "j", Of("axis", 1)).Node("Flatten", "j", "f").Weight("w", 8, 3).Node("MatMul", "f w", "scores"), "l"),
        ["a normalisation behind the last Conv"] = (g => g.Convolve("l", 4, 4, "c1").Weight("s", 4).Weight("d", 4).Weight("m", 4).Weight("v", Tensor.Spread([4], 0.5, 2, 9)).Node("BatchNormalization", "c1 s d m v", "n").Node("GlobalAveragePool", "n", "p").Node("Flatten", "p", "f").Classify(), "n"),
        ["channels last before the mean"] = (g => g.Node("Transpose", "l", "t", Of("perm", [0, 2, 3, 1])).Ints("a", 1, 2).Node("ReduceMean", "t a", "f", Of("keepdims", 0)).Classify(), "l"),
    };

    public static TheoryData<string> Names => [.. Nets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheLastFeatureMapBeforeTheHeadIsFound(string net)
    {
        var (build, expected) = Nets[net];
        var g = build(Tiny.Features()).Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var description = model.Description;

        Assert.Equal(expected, description.Layer);
        var layer = description.Layers.Single(l => l.Name == expected);
        Assert.Equal((4, 5, 6), (layer.Channels, layer.Height, layer.Width));
        Assert.Contains(description.Guesses, guess =>
            guess.What == "layer"
            && guess.Value == expected
            && guess.Reason == $"the last feature map before the head: 4 maps of 5×6 from {layer.Operator}"
        );
        var answer = model.Explain(g.Image());
        Assert.Equal([2L, 5, 6], answer.Map.Shape);
        Assert.Contains(answer.Map.Values, v => v != 0);
    }

    [Fact]
    public void CandidatesAreTheSpatialTensorsBetweenInputAndScoresInOrder()
    {
        var g = Tiny.Features().Node("Abs", "l", "unused").PoolAndClassify().Output("scores", "unused");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal(["c0", "l"], model.Description.Layers.Select(l => l.Name));
    }

    [Theory]
    [InlineData("c0")]
    [InlineData("x")]
    [InlineData("input")]
    public void AnEarlierLayerAndTheInputCanBeAskedFor(string layer)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), layer: layer);

        Assert.Equal([2L, layer == "c0" ? 4 : 3, 5, 6], answer.Activations!.Shape);
        Assert.Equal(answer.Activations!.Shape, answer.Gradients!.Shape);
    }

    [Fact]
    public void AnUnknownLayerIsRefusedWithSuggestions()
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() => model.Explain(g.Image(), layer: "C"));

        Assert.Equal(ExplainError.LayerNotFound, e.Error);
        Assert.Equal(
            "'C' is not a feature map of model 'tiny'; possible are 'c0', 'l' and 2 in all, see the model's description",
            e.Message
        );
    }

    [Fact]
    public void WithoutASpatialTensorEveryMethodOfALayerSaysWhyNot()
    {
        var g = new TinyGraph()
            .Input("x", 1, 3, 5, 6)
            .Node("Flatten", "x", "f")
            .Weight("w", 90, 3)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Null(model.Description.Layer);
        var ofLayers = MethodSupportTable.For(model).Where(m => !Engine.Methods.Tables.MethodTable.Find(m.Method).OfInput).ToArray();
        Assert.NotEmpty(ofLayers);
        Assert.All(ofLayers, m =>
            Assert.Equal((false, "the model has no spatial feature map between its input and its class scores"), (m.Supported, m.Reason))
        );
        Assert.Equal(ExplainError.MethodNotSupported, Assert.Throws<ExplainException>(() => model.Explain(g.Image())).Error);
        Assert.Equal([1L, 3, 5, 6], model.Explain(g.Image(), layer: "input").Gradients!.Shape);
    }

    [Fact]
    public void AnInputWithChannelsLastIsReadOffTheGraph()
    {
        var g = new TinyGraph()
            .Input("x", 1, 5, 6, 3)
            .Node("Transpose", "x", "t", Of("perm", [0, 3, 1, 2]))
            .Convolve("t", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal(
            (TensorLayout.Nhwc, 5, 6, "l"),
            (model.Description.Input.Layout, model.Description.Input.Height, model.Description.Input.Width, model.Description.Layer)
        );
        Assert.Contains(model.Description.Guesses, guess =>
            guess is { What: "input.layout", Value: "nhwc", Reason: "axis 3 has 3 entries" }
        );
        Assert.Equal([1L, 5, 6], model.Explain(g.Image()).Heatmap.Shape);
        Assert.Equal([1L, 5, 6, 3], model.Explain(g.Image(), layer: "input").Gradients!.Shape);
    }

    [Theory]
    [InlineData(null, 224, 224)]
    [InlineData("""{ "input": { "size": [48, 64] } }""", 48, 64)]
    public void AVariableSizeIsTheConfiguredOrTheCommonOne(string? json, int height, int width)
    {
        var g = new TinyGraph()
            .Input("x", Tensor.Spread([2, 3, 5, 6], -2, 2, 1), [null, 3, null, null])
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load(json);
        var model = loadedModel.View;

        Assert.Equal((height, width), (model.Description.Input.Height, model.Description.Input.Width));
        Assert.Equal(new CandidateLayer("l", "Relu", 4, height, width), model.Description.Layers[^1]);
        Assert.Equal(
            json is null,
            model.Description.Guesses.Any(guess =>
                guess is { What: "input.size", Reason: "the graph takes any size; this is the most common one" }
            )
        );
        // A tensor brings its own size.
        Assert.Equal([2L, 5, 6], model.Explain(g.Image(), "cam").Map.Shape);
    }

    [Fact]
    public void AConfiguredLayerWinsAndAnImpossibleOneIsRefused()
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load("""{ "layer": "c0" }""");
        var model = loadedModel.View;

        Assert.Equal("c0", model.Description.Layer);
        Assert.DoesNotContain(model.Description.Guesses, guess => guess.What == "layer");
        var e = Assert.Throws<InvalidDataException>(() => g.Load("""{ "layer": "pooled" }"""));
        Assert.Equal("model.json: layer is pooled, which is not a feature map of the graph; possible: c0, l", e.Message);
    }
}
