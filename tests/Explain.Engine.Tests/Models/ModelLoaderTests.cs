using Explain.Engine.Images;
using Explain.Engine.Models;
using static Explain.Autodiff.Attributes;

namespace Explain.Engine.Tests.Models;

/// <summary>What is read off a graph and what <c>model.json</c> says.</summary>
public sealed class ModelLoaderTests
{
    [Fact]
    public void CommentsAndTrailingCommasAreAllowed()
    {
        using var model = Load("""{ /* how it was trained */ "input": { "fit": "stretch", "mean": [0.5, 0.5, 0.5], }, "output": { "activation": "sigmoid" }, }""");
        Assert.Equal(Fit.Stretch, model.Description.Input.Fit);
        Assert.Equal([0.5f, 0.5f, 0.5f], model.Description.Input.Mean);
        Assert.Equal("sigmoid", model.Description.Activation);
    }

    [Fact]
    public void EveryGuessHasAReason()
    {
        using var model = TinyModel.Load(TinyModel.AverageAndLinear());
        Assert.All(model.Description.Guesses, g => Assert.NotEmpty(g.Reason));
        Assert.Superset(new HashSet<string> { "input.size", "input.layout", "layer", "output.activation", "input.mean" }, model.Description.Guesses.Select(g => g.What).ToHashSet());
    }

    [Theory]
    [InlineData("""{ "inputs": {} }""", "inputs")]
    [InlineData("""{ "input": { "size": [9, 9] } }""", "input.size")]
    [InlineData("""{ "input": { "fit": "zoom" } }""", "crop, stretch, pad")]
    [InlineData("""{ "input": { "std": [1, 1, 0] } }""", "input.std")]
    [InlineData("""{ "input": { "mean": [1, 1] } }""", "input.mean")]
    [InlineData("""{ "input": { "name": "z" } }""", "allowed: x")]
    [InlineData("""{ "output": { "name": "z" } }""", "it has y")]
    [InlineData("""{ "output": { "activation": "relu" } }""", "softmax, sigmoid, none")]
    [InlineData("""{ "layer": "nowhere" }""", "possible: c, a")]
    [InlineData("""{ "labels": "missing.txt" }""", "missing.txt")]
    [InlineData("""{ "input": """, "model.json")]
    public void WrongSettingsSayWhatIsAllowed(string json, string said) => Assert.Contains(said, Assert.Throws<InvalidDataException>(() => Load(json)).Message);

    [Fact]
    public void LabelsMustBeAsManyAsClasses() =>
        Assert.Contains("2 labels", Assert.Throws<InvalidDataException>(() => TinyModel.Load(TinyModel.AverageAndLinear(), ("labels.txt", "one\ntwo\n"))).Message);

    [Theory]
    [InlineData("Softmax", "softmax")]
    [InlineData("LogSoftmax", "softmax")]
    [InlineData("Sigmoid", "sigmoid")]
    public void AClosingActivationIsLookedThrough(string op, string activation)
    {
        using var model = TinyModel.Load(TinyModel.AverageAndLinear().Node(op, "y", "q").Node("Identity", "q", "out").Replace("y", "out"));
        Assert.Equal("y", model.Description.Logit);
        Assert.Equal(activation, model.Description.Activation);
    }

    [Fact]
    public void ThePoolBehindTheLastFeatureMapBelongsToTheHead()
    {
        using var model = TinyModel.Load(TinyModel.Features().Node("MaxPool", "a", "m", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Node("Flatten", "m", "f").Weight("fc", 20, 4).Node("MatMul", "f fc", "y").Output("y"));
        Assert.Equal("a", model.Description.Layer);
        Assert.Equal(["c", "a", "m"], model.Description.Layers.Select(l => l.Name));
    }

    [Fact]
    public void AGraphWithoutFeatureMapsIsServedWithoutMethods()
    {
        using var model = TinyModel.Load(new TinyGraph().Input("x", 1, 3, 4, 4).Weight("fc", 48, 2).Node("Flatten", "x", "f").Node("MatMul", "f fc", "y").Output("y"));
        Assert.Null(model.Description.Layer);
        Assert.All(model.Description.Methods, m => Assert.False(m.Supported));
    }

    [Fact]
    public void AnOperatorWithoutARuleIsNamed()
    {
        using var model = TinyModel.Load(TinyModel.Features().Node("Sin", "a", "s").Node("GlobalAveragePool", "s", "p").Node("Flatten", "p", "f").Weight("fc", 5, 2).Node("MatMul", "f fc", "y").Output("y"));
        Assert.Contains(model.Description.MissingGradients, m => m is { Operator: "Sin", Node: "sin/s" });
        Assert.Equal("s", model.Description.Layer);
        Assert.True(model.Description.Methods.Single(m => m.Method == "gradcam").Supported);
    }

    [Fact]
    public void WhatIsNoOnnxIsRefused() => Assert.ThrowsAny<InvalidDataException>(() => TinyModel.Load("this is text"u8.ToArray()));

    [Fact]
    public void TheHighestVersionIsServedAndNamesCannotLeaveTheFolder()
    {
        var root = Directory.CreateTempSubdirectory("explain-models");
        try
        {
            var bytes = TinyModel.AverageAndLinear().Build().ToBytes();
            foreach (var folder in new[] { "a/2", "a/10", "b" })
            {
                Directory.CreateDirectory(Path.Combine(root.FullName, folder));
                File.WriteAllBytes(Path.Combine(root.FullName, folder, "model.onnx"), bytes);
            }
            File.WriteAllText(Path.Combine(root.FullName, "secret.txt"), "secret");
            var sources = ModelSource.Scan(root.FullName).ToArray();
            Assert.Equal([("a", "10"), ("b", "1")], sources.Select(s => (s.Name, s.Version)));
            Assert.Throws<InvalidDataException>(() => sources[1].Open("../secret.txt"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static Model Load(string json) => TinyModel.Load(TinyModel.AverageAndLinear(), ("model.json", json));
}
