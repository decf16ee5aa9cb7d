using Explain.Engine.Images;

namespace Explain.Engine.Tests.Models;

/// <summary>What <c>model.json</c> and <c>labels.txt</c> may say.</summary>
public sealed class ModelManifestTests
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    [Fact]
    public void CommentsAndTrailingCommasAreAllowedInTheManifest()
    {
        using var loadedModel = Net.Load(
            """
            {
              // Labels as trained.
              "labels": "labels.txt", /* beside this file */
              "input": { "color": "BGR", "fit": "stretch", "interpolation": "bicubic", "scale": 1, "mean": [1, 2, 3,], "std": [4, 5, 6], },
            }
            """,
            "\uFEFFone\r\ntwo, zwei\r\nthree\r\n\r\n"
        );
        var model = loadedModel.View;

        var (input, labels) = (model.Description.Input, model.Description.Labels);
        Assert.Equal((ColorOrder.Bgr, Fit.Stretch, 1f), (input.Color, input.Fit, input.Scale));
        Assert.Equal([1, 2, 3], input.Mean);
        Assert.Equal([4, 5, 6], input.Std);
        Assert.Equal(["one", "two, zwei", "three"], labels);
        Assert.DoesNotContain(model.Description.Guesses, g => g.What is "input.mean" or "input.color" or "input.fit");
    }

    [Theory]
    [InlineData("""{ "colour": "RGB" }""", "'colour' is no field; allowed: labels, input, output, layer, channels")]
    [InlineData("""{ "input": { "means": [0] } }""", "'input.means' is no field; did you mean 'mean'? allowed: input.name, ")]
    [InlineData("""{ "input": { "scale": "1" } }""", "input.scale is \"1\"; allowed: a number")]
    [InlineData("""{ "input": { "size": 224 } }""", "input.size is 224; allowed: a list of whole numbers")]
    [InlineData("""{ "input": { "size": [224, 224.5] } }""", "input.size[1] is 224.5; allowed: a whole number")]
    [InlineData("""{ "input": null }""", "input is null; allowed: an object")]
    [InlineData("""{ "channels": { "a": 1 } }""", "channels.a is 1; allowed: a text")]
    [InlineData("""{ "layer": ["a"] }""", "layer is [\"a\"]; allowed: a text")]
    [InlineData("""{ "layer": "a", "layer": "b" }""", "is not JSON: a member is there twice")]
    [InlineData("{\n \"layer\": a }", "is not JSON: line 2, byte 11")]
    [InlineData("""{ "input": { "alpha": "grey" } }""", "input.alpha is grey; allowed: white, black, drop")]
    [InlineData("""{ "input": { "decode": "quick" } }""", "input.decode is quick; allowed: exact, fast")]
    [InlineData("""[]""", "is []; allowed: an object")]
    [InlineData("""{ "input": { "size": [4, 6] } }""", "input.size is [4, 6]; allowed: the graph fixes axis 2 to 5")]
    [InlineData("""{ "input": { "size": [5] } }""", "input.size is [5]; allowed: [height, width], each 1 to 8192")]
    [InlineData("""{ "input": { "layout": "CHWN" } }""", "input.layout is CHWN; allowed: nchw, nhwc")]
    [InlineData("""{ "input": { "color": "1" } }""", "input.color is 1; allowed: rgb, bgr, gray")]
    [InlineData("""{ "input": { "color": "GRAY" } }""", "input.color is Gray; allowed: the input has 3 channels")]
    [InlineData("""{ "input": { "fit": "stretch, pad" } }""", "input.fit is stretch, pad; allowed: crop, stretch, pad")]
    [InlineData("""{ "input": { "fit": "crop", "resizeTo": 4 } }""", "input.resizeTo is 4; allowed: at least the input's shorter side")]
    [InlineData("""{ "input": { "mean": [1, 2] } }""", "input.mean is 2 values; allowed: one value for each of the 3 channels")]
    [InlineData("""{ "input": { "std": [1, 0, 1] } }""", "input.std")]
    [InlineData("""{ "input": { "name": "image" } }""", "input.name is image; allowed: x")]
    [InlineData("""{ "labels": "names.txt" }""", "labels is names.txt, which is missing")]
    public void AWrongManifestIsRefusedWithTheFieldAndWhatIsAllowed(string json, string message)
    {
        var e = Assert.Throws<InvalidDataException>(() => Net.Load(json));

        Assert.Contains(message, e.Message);
        Assert.Contains("model.json", e.Message);
    }

    [Theory]
    [InlineData("a\nb", 2)]
    [InlineData("a\nb\nc\nd", 4)]
    [InlineData("a\n\nb\nc", 4)]
    public void ANumberOfLabelsThatIsNotTheNumberOfClassesIsRefused(string labels, int count) =>
        Assert.Equal(
            $"labels.txt has {count} labels, the graph has 3 classes",
            Assert.Throws<InvalidDataException>(() => Net.Load(labels: labels)).Message
        );
}
