using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Layouts;

/// <summary>Graphs as exporters write them, with the channels last in places.</summary>
public sealed class ExportedLayoutTests
{
    [Theory]
    [InlineData("mobilenetv1-025-nhwc", "tabby", 256, 4)]
    [InlineData("tiny-darknet-keras", "tabby", 128, 14)]
    [InlineData("resnet8-cifar10-nhwc", "cat", 64, 8)]
    public async Task AModelThatTakesImagesWithTheirChannelsLastSeesTheKitten(string name, string label, int channels, int side)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var options = new EngineOptions { Device = Device.Cpu, ThreadsPerModel = 2 };
        using var catalogue = ModelCatalogue.ForPath(SharedData.Path("models", name), options, NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        var description = catalogue.Describe(name);
        var layer = description.Layers.Single(l => l.Name == description.Layer);
        Assert.Equal((TensorLayout.Nhwc, channels, side, side), (description.Input.Layout, layer.Channels, layer.Height, layer.Width));

        var image = await File.ReadAllBytesAsync(SharedData.Path("images", "kitten_224.png"), TestContext.Current.CancellationToken);
        var answer = await new NamedModels(catalogue, new VipsImageCodec(), options).ExplainAsync(
            name,
            image,
            new ExplainParameters(),
            TestContext.Current.CancellationToken
        );

        Assert.StartsWith(label, answer.Predictions[0].Label!, StringComparison.Ordinal);
        // The kitten fills the middle of the image; its corners are background.
        var heat = Engine.Methods.Probing.MapFinish.Heatmap(answer.Targets.Single().Map, 224, 224);
        double Mean(int top, int left, int size) =>
            Enumerable.Range(0, size * size).Average(i => heat[(top + i / size) * 224 + left + i % size]);
        Assert.True(Mean(56, 70, 90) > 2 * Mean(0, 184, 40), $"{Mean(56, 70, 90):F3} on the kitten, {Mean(0, 184, 40):F3} in a corner");
    }

    [Fact]
    public void WindowsOfTokensAreNoFeatureMapsAndTheSumBehindThemIs()
    {
        var g = new TinyGraph()
            .Input("x", 1, 3, 8, 12)
            .Weight("pw", 4, 3, 2, 2)
            .Node("Conv", "x pw", "patches", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Node("Transpose", "patches", "stage", Of("perm", [0, 2, 3, 1]))
            .Ints("cut", 1, 2, 2, 3, 2, 4)
            .Node("Reshape", "stage cut", "split")
            .Node("Transpose", "split", "moved", Of("perm", [0, 1, 3, 2, 4, 5]))
            .Ints("each", 6, 4, 4)
            .Node("Reshape", "moved each", "windows")
            .Node("Transpose", "windows", "turned", Of("perm", [0, 2, 1]))
            .Node("MatMul", "windows turned", "alike")
            .Node("Softmax", "alike", "attention")
            .Node("MatMul", "attention windows", "looked")
            .Ints("back", 1, 2, 3, 2, 2, 4)
            .Node("Reshape", "looked back", "rejoined")
            .Node("Transpose", "rejoined", "unmoved", Of("perm", [0, 1, 3, 2, 4, 5]))
            .Ints("whole", 1, 4, 6, 4)
            .Node("Reshape", "unmoved whole", "joined")
            .Node("Add", "joined stage", "sum")
            .Node("Transpose", "sum", "first", Of("perm", [0, 3, 1, 2]))
            .Node("GlobalAveragePool", "first", "p")
            .Node("Flatten", "p", "f")
            .Classify()
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var description = model.Description;
        Assert.Equal("sum", description.Layer);
        Assert.Equal(LayerLayout.Nhwc, description.LayoutOf("sum"));
        Assert.Equal(["patches", "stage", "sum", "first"], description.Layers.Select(l => l.Name));
        Assert.Contains(description.Guesses, guess =>
            guess is { What: "layer", Reason: "the last feature map before the head: 4 maps of 4×6, channels last, from Add" }
        );
        Near.Relative(
            model.Explain(g.Image(), layer: "first").Map.Values,
            model.Explain(g.Image()).Map.Values,
            1e-5,
            "the same maps in NCHW"
        );
    }

    [Fact]
    public void ANormalisationOfGroupsKeepsItsFeatureMaps()
    {
        var g = Tiny.Features(Known.Everything)
            .Ints("groups", 2, 2, -1)
            .Node("Reshape", "l groups", "grouped")
            .Weight("s", 2)
            .Weight("b", 2)
            .Node("InstanceNormalization", "grouped s b", "normed")
            .Ints("maps", 2, 4, 5, 6)
            .Node("Reshape", "normed maps", "n")
            .Node("Relu", "n", "r")
            .Node("GlobalAveragePool", "r", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", 4, 3)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal(("r", LayerLayout.Nchw), (model.Description.Layer, model.Description.LayoutOf("r")));
    }
}
