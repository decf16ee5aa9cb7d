using System.Text.Json;
using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Measures;

/// <summary>How far the score follows a map.</summary>
public sealed class FaithfulnessTests : IDisposable
{
    private readonly LoadedModel _loaded = Golden.Net.Load(Golden.Manifest);

    [Fact]
    public void DropIsThatOfTheLibraries()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        const double Probability = .760313;
        // One library takes the difference, of a map of the logit; the other the share, of a map of the probability.
        var (logit, probability) = (Heat("pgc/GradCAM"), Heat("pgc/GradCAM ClassifierOutputSoftmaxTarget"));
        var (difference, share) = (
            Number("pgc/DropInConfidence softmax target, GradCAM map"),
            Number("torchcam/ClassificationMetric softmax avg_drop")
        );
        Assert.Equal(difference, Measure(logit).Drop * Probability, Golden.Decimals);
        Assert.Equal(difference, Measure(logit, Compat.PytorchGradCam).Drop, Golden.Decimals);
        Assert.Equal(share, Measure(probability).Drop, Golden.Decimals);
        Assert.Equal(share, Measure(probability, Compat.TorchCam).Drop, Golden.Decimals);
    }

    [Theory]
    [InlineData(Compat.None)]
    [InlineData(Compat.TorchCam)]
    public void DeletionAndInsertionAreThoseOfTorchCam(Compat compat)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        var expected = golden.RootElement.GetProperty("torchcam/DeletionInsertion softmax steps6");
        var found = Measure(Heat("pgc/GradCAM ClassifierOutputSoftmaxTarget"), compat);
        Assert.Equal(expected.GetProperty("deletion_auc").GetDouble(), found.Deletion, Golden.Decimals);
        Assert.Equal(expected.GetProperty("insertion_auc").GetDouble(), found.Insertion, Golden.Decimals);
        Assert.Equal("probability", found.Score);
    }

    [Fact]
    public void ThePixelsOfThatAScoreIsMadeAreFaithfulAndTheOthersAreNot()
    {
        // The score of class 0 is the sum of the left half; the right half does nothing.
        var net = new TinyGraph()
            .Input("x", Tensor.Of([1, 3, 4, 4], [.. Enumerable.Repeat(1.0, 48)]))
            .Weight("left", Tensor.Of([1, 1, 1, 4], 1, 1, 0, 0))
            .Node("Mul", "x left", "m")
            .Node("Identity", "m", "l")
            .Ints("axes", 1, 2, 3)
            .Node("ReduceMean", "l axes", "s", Autodiff.Graphs.Attributes.Of("keepdims", 0))
            .Ints("one", 1)
            .Node("Unsqueeze", "s one", "a")
            .Node("Neg", "a", "b")
            .Node("Concat", "a b", "scores", Autodiff.Graphs.Attributes.Of("axis", 1))
            .Output("scores");
        using var loadedModel = net.Load("""{ "input": { "layout": "NCHW" }, "output": { "activation": "none" }, "layer": "l" }""");
        var model = loadedModel.View;
        float[] left = [.. Enumerable.Range(0, 16).Select(i => i % 4 < 2 ? 1f : 0)];

        var (good, bad) = (Measuring.Of(model, net.Image(), left), Measuring.Of(model, net.Image(), Array.ConvertAll(left, v => 1 - v)));

        Assert.Equal("logit", good.Score);
        Assert.Equal(0, good.Drop, 1e-6);
        Assert.Equal(1, bad.Drop, 1e-6);
        // Of half the image the score is all there is to lose: a quarter of the area against three.
        Assert.Equal(0.5 / 4, good.Deletion, 1e-6);
        Assert.Equal(0.5 * 3 / 4, good.Insertion, 1e-6);
        Assert.Equal(good.Deletion, bad.Insertion, 1e-6);
        Assert.False(good.Increase);
    }

    [Fact]
    public async Task AMapOfTheDemoModelIsMoreFaithfulThanItsOpposite()
    {
        var options = new EngineOptions { Device = Device.Cpu };
        using var catalogue = ModelCatalogue.Create(
            options,
            [DemoAssets.Model],
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
        );
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        await using var sample = DemoAssets.Open("samples/triangle-and-star.png")!;
        using var image = new MemoryStream();
        await sample.CopyToAsync(image, TestContext.Current.CancellationToken);
        async Task<Faithfulness> Of(Sign sign) => (
                await new NamedModels(catalogue, new VipsImageCodec(), options).ExplainAsync(
                    "demo",
                    image.ToArray(),
                    new ExplainParameters
                    {
                        Target = "star",
                        Sign = sign,
                        Faithfulness = true,
                    },
                    TestContext.Current.CancellationToken
                )
            ).Targets[0].Faithfulness!;

        var (toward, against) = (await Of(Sign.Positive), await Of(Sign.Negative));

        Assert.True(
            toward.Deletion < against.Deletion
                && toward.Insertion > against.Insertion
                && toward.Drop < against.Drop
                && toward.Road > against.Road,
            $"{toward} against {against}"
        );
        Assert.Equivalent(toward, await Of(Sign.Positive), strict: true);
    }

    public void Dispose() => _loaded.Dispose();

    private Model Model => _loaded.View;

    private static double Number(string key) => Golden.Values(key)[0];

    private static float[] Heat(string key) => Golden.Expected(key).Heatmap!;

    private Faithfulness Measure(float[] heat, Compat compat = Compat.None) =>
        Measuring.Of(Model, Golden.Net.Image(), heat, compat: compat);
}
