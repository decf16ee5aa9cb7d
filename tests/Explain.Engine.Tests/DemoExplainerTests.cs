using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests;

/// <summary>The embedded demo model on its sample images: what can be tested on any machine.</summary>
public sealed class DemoExplainerTests : IAsyncLifetime
{
    private static readonly EngineOptions Options = new() { Device = Device.Cpu };
    private static readonly string[] ThreeMethods = ["gradcam", "layercam", "cam"];
    private readonly ModelCatalogue _catalogue = ModelCatalogue.Create(Options, [DemoAssets.Model], NullLogger.Instance);
    private NamedModels Explainer => new(_catalogue, new VipsImageCodec(), Options);

    public async ValueTask InitializeAsync() => await _catalogue.LoadAllAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _catalogue.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task EachKindInASampleIsFoundInItsOwnBox()
    {
        foreach (var sample in DemoAssets.Samples)
        {
            foreach (var thing in sample.Objects)
            {
                var answer = await Explain(Sample(sample.File), new ExplainParameters { Target = thing.Kind });
                var (x, y) = Peak(answer);
                Assert.InRange(x, thing.X, thing.X + thing.Width);
                Assert.InRange(y, thing.Y, thing.Y + thing.Height);
            }
        }
    }

    [Fact]
    public async Task SeveralTargetsOfOneForwardPassEqualSingleOnes()
    {
        var image = Sample(DemoAssets.Samples[0].File);
        foreach (var method in new[] { "gradcam", "gradcam++", "cam" })
        {
            var together = await Explain(image, new ExplainParameters { Target = "top:3", Method = method });
            foreach (var target in together.Targets)
            {
                var alone = await Explain(image, new ExplainParameters { Target = $"{target.Target!.Index}", Method = method });
                Assert.Equal(alone.Targets[0].Map.Values, target.Map.Values);
                Assert.Equal(alone.Targets[0].Target, target.Target);
            }
        }
    }

    [Fact]
    public async Task ConcurrentRequestsGiveWhatOneByOneGives()
    {
        var requests = Enumerable
            .Range(0, 60)
            .Select(i =>
                (
                    Image: Sample(DemoAssets.Samples[i % DemoAssets.Samples.Count].File),
                    Parameters: new ExplainParameters { Method = ThreeMethods[i % 3], Target = i % 2 == 0 ? "predicted" : "top:4" }
                )
            )
            .ToArray();
        var expected = new List<float[]>();
        foreach (var (image, parameters) in requests)
            expected.Add(Values(await Explain(image, parameters)));
        var actual = await Task.WhenAll(requests.Select(async r => Values(await Explain(r.Image, r.Parameters))));
        for (var i = 0; i < requests.Length; i++)
            Assert.Equal(expected[i], actual[i]);
    }

    [Fact]
    public async Task AContrastIsTheDifferenceOfTheGradients()
    {
        var sample = DemoAssets.Samples[0];
        Task<Explanation> Get(string target, string score) =>
            Explain(
                Sample(sample.File),
                new ExplainParameters
                {
                    Target = target,
                    Score = score,
                    Method = "hirescam",
                    Sign = Sign.Both,
                }
            );
        var (a, b) = (sample.Objects[0].Kind, sample.Objects[1].Kind);
        var (forA, forB, contrast) = (Values(await Get(a, "logit")), Values(await Get(b, "logit")), Values(await Get(a, $"contrast:{b}")));
        var scale = forA.Concat(forB).Max(Math.Abs);
        for (var i = 0; i < contrast.Length; i++)
            Assert.Equal((forA[i] - forB[i]) / scale, contrast[i] / scale, 1e-5f);
    }

    [Fact]
    public async Task TheIdChangesWithTheWayPixelsArePrepared()
    {
        var folder = Directory.CreateTempSubdirectory("explain-id");
        try
        {
            var ids = new HashSet<string>();
            foreach (var mean in new[] { "0.5", "0.4" })
            {
                using (var model = File.Create(Path.Combine(folder.FullName, "model.onnx")))
                using (var embedded = DemoAssets.Open("model.onnx")!)
                    embedded.CopyTo(model);
                await File.WriteAllTextAsync(
                    Path.Combine(folder.FullName, "model.json"),
                    $$"""{ "input": { "mean": [{{mean}}, {{mean}}, {{mean}}] } }""",
                    TestContext.Current.CancellationToken
                );
                using var catalogue = ModelCatalogue.ForPath(folder.FullName, Options, NullLogger.Instance);
                await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
                var explainer = new NamedModels(catalogue, new VipsImageCodec(), Options);
                ids.Add(
                    (
                        await explainer.ExplainAsync(
                            catalogue.Status[0].Name,
                            Sample(DemoAssets.Samples[0].File),
                            new ExplainParameters { Target = "1" },
                            TestContext.Current.CancellationToken
                        )
                    ).Id
                );
            }
            Assert.Equal(2, ids.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task ADistantTargetIsSaidToBeUnpredicted()
    {
        var answer = await Explain(Sample(DemoAssets.Samples[0].File), new ExplainParameters { Target = "top:12" });
        Assert.DoesNotContain(answer.Targets[0].Diagnostics, d => d.Code == "target-not-predicted");
        Assert.All(answer.Targets.Skip(1), t => Assert.Contains(t.Diagnostics, d => d.Code == "target-not-predicted"));
    }

    [Fact]
    public void AModelOfTwoChannelsTakesTensorsAndSaysSo()
    {
        var net = new TinyGraph()
            .Input("x", 1, 2, 4, 4)
            .Weight("k", 3, 2, 1, 1)
            .Weight("w", 3, 2)
            .Node("Conv", "x k", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Node("MatMul", "f w", "y")
            .Output("y");
        using var loadedModel = net.Load("""{ "input": { "layout": "NCHW" } }""");
        var model = loadedModel.View;
        Assert.Contains(model.Description.Guesses, g => g is { What: "input", Value: "tensors only" });
        Assert.Equal(16, model.Explain(net.Image()).Map.Values.Length);
    }

    private Task<Explanation> Explain(byte[] image, ExplainParameters parameters) =>
        Explainer.ExplainAsync(DemoAssets.ModelName, image, parameters, TestContext.Current.CancellationToken);

    private static float[] Values(Explanation answer) => [.. answer.Targets.SelectMany(t => t.Map.Values)];

    private static (double X, double Y) Peak(Explanation answer)
    {
        var map = answer.Targets[0].Map;
        var at = Array.IndexOf(map.Values, map.Max);
        var part = answer.Geometry.FromMap(new Rect(at % map.Width + 0.5, at / map.Width + 0.5, 0, 0), map.Width, map.Height);
        return (part.X, part.Y);
    }

    private static byte[] Sample(string file)
    {
        using var stream = DemoAssets.Open($"samples/{file}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
