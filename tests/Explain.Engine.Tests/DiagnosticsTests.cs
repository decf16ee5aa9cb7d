using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Tests.Images;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests;

/// <summary>Images made for one warning each, through a net whose feature maps are the image's colours.</summary>
public sealed class DiagnosticsTests : IDisposable
{
    private static readonly EngineOptions Options = new() { Device = Device.Cpu, ThreadsPerModel = 1 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("colours");

    [Fact]
    public async Task APlainExplanationOfThePredictedClassHasNoWarnings()
    {
        var answer = await Explain(Square(8, 8, 2, 5), "bright");

        Assert.Empty(answer.Diagnostics);
        Assert.Equal(new Box(2, 2, 3, 3, 1), answer.Boxes.Single());
    }

    [Theory]
    [InlineData("gradcam", true)]
    [InlineData("cam", false)]
    public async Task EvidenceAgainstAClassLeavesTheRectifiedMapEmpty(string method, bool empty)
    {
        var answer = await Explain(Square(8, 8, 2, 5), "dark", method);

        Assert.Equal(empty, Codes(answer).Contains("map-all-zero"));
        Assert.Contains("target-not-predicted", Codes(answer));
        Assert.DoesNotContain("map-constant", Codes(answer));
        if (empty)
            Assert.Empty(answer.Boxes);
    }

    [Fact]
    public async Task AnImageOfOneColourGivesAConstantMap()
    {
        var answer = await Explain(TestImages.Plain(8, 8, 200, 200, 200), "bright");

        Assert.Equal(["map-constant"], Codes(answer));
    }

    [Theory]
    [InlineData(6, 10, false)]
    [InlineData(9, 13, true)]
    [InlineData(2, 6, true)]
    public async Task ABoxThatEndsWhereTheImageIsCutOffIsReported(int from, int to, bool clipped)
    {
        // Of 16 columns the model sees 4 to 12; the bottom edge of the image cuts nothing off.
        var image = TestImages.Of(16, 8, (x, y) => x >= from && x < to && y >= 4 ? (255, 255, 255) : (0, 0, 0));

        var answer = await Explain(image, "bright");

        Assert.Equal(clipped, Codes(answer).Contains("border-clipped"));
    }

    [Fact]
    public void ValuesThatAreNoNumbersAreReported()
    {
        var found = Diagnose.Map(new SaliencyMap(1, 2, [0, 1], 0.5f), finite: false, null, predicted: true);

        Assert.Equal(["map-not-finite"], found.Select(d => d.Code));
        Assert.All(found, d => Assert.EndsWith(".", d.Message));
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("cam")]
    public async Task AModelForSeveralImagesAtATimeExplainsOne(string method)
    {
        var one = await Explain(Square(8, 8, 2, 5), "bright, dark", method);
        var targets = await ExplainAll(Square(8, 8, 2, 5), "bright, dark", method, items: 3);

        Assert.Equal(one.Map.Values, targets[0].Map.Values);
        Assert.Equal(one.Target, targets[0].Target);
        Assert.Equal(2, targets.Count);
    }

    public void Dispose() => _folder.Delete(true);

    private static RgbImage Square(int width, int height, int from, int to) =>
        TestImages.Of(width, height, (x, y) => x >= from && x < to && y >= from && y < to ? (255, 255, 255) : (0, 0, 0));

    private static string[] Codes(TargetExplanation answer) => [.. answer.Diagnostics.Select(d => d.Code)];

    private async Task<TargetExplanation> Explain(RgbImage image, string target, string method = "gradcam") =>
        (await ExplainAll(image, target, method))[0];

    private async Task<IReadOnlyList<TargetExplanation>> ExplainAll(RgbImage image, string target, string method, long items = 1)
    {
        var net = new TinyGraph()
            .Input("x", items, 3, 8, 8)
            .Node("Relu", "x", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Of([3, 2], 1, -1, 1, -1, 1, -1))
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        var folder = _folder.CreateSubdirectory($"{items}").FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), net.ToBytes());
        await File.WriteAllTextAsync(Path.Combine(folder, "labels.txt"), "bright\ndark");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "model.json"),
            """{ "input": { "fit": "crop", "resizeTo": 8, "interpolation": "bilinear" } }"""
        );
        using var catalogue = ModelCatalogue.ForPath(folder, Options, NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        var explainer = new NamedModels(catalogue, new VipsImageCodec(), Options);
        var png = TestImages.Vips(image).WriteToBuffer(".png");
        return (
            await explainer.ExplainAsync($"{items}", png, new() { Method = method, Target = target }, TestContext.Current.CancellationToken)
        ).Targets;
    }
}
