using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests;

/// <summary>Several layers of one request are explained together.</summary>
public sealed class ComparedLayersTests : IAsyncLifetime
{
    // More than sessions are kept open.
    private static readonly string[] Layers = [.. Enumerable.Range(0, 9).Select(i => $"r{i}")];

    private static readonly EngineOptions Options = new() { Device = Device.Cpu, ThreadsPerModel = 1 };
    private static readonly VipsImageCodec Codec = new();
    private static readonly byte[] Picture = Codec.Encode(
        new RgbImage(8, 8, [.. Enumerable.Range(0, 8 * 8 * 3).Select(i => (byte)(i * 7))]),
        ImageFormat.Png
    );

    private readonly ModelCatalogue _catalogue = ModelCatalogue.Create(
        Options,
        [new ModelSource("deep", "1", null, file => file == "model.onnx" ? new MemoryStream(Deep()) : null)],
        NullLogger.Instance
    );

    public async ValueTask InitializeAsync() => await _catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _catalogue.Dispose();
        return ValueTask.CompletedTask;
    }

    // A method that needs no gradients still asks whether the target depends on its layers.
    [Theory, InlineData("gradcam"), InlineData("layercam"), InlineData("eigencam")]
    public async Task EachTargetTakesOneRunHoweverManyLayersThereAre(string method)
    {
        await Compare(method, Layers);
        var before = Runs;

        var answer = await Compare(method, Layers);

        Assert.Equal(2, Runs - before);
        Assert.Equal(2 * Layers.Length, answer.Targets.Count);
    }

    [Theory, InlineData("gradcam"), InlineData("guided-gradcam"), InlineData("scorecam")]
    public async Task TheMapsAreThoseOfEachLayerAlone(string method)
    {
        var together = await Compare(method, Layers[6..]);

        foreach (var layer in Layers[6..])
        {
            var alone = await Compare(method, [layer]);
            foreach (var (a, b) in alone.Targets.Zip(together.Targets.Where(e => e.Layer == layer)))
                Assert.All(a.Map.Values.Zip(b.Map.Values), p => Assert.Equal(p.First, p.Second, 1e-5f));
        }
    }

    private long Runs
    {
        get
        {
            using var lease = _catalogue.Borrow("deep");
            return lease.Model.Loaded.Counts.Totals.Runs;
        }
    }

    private Task<Explanation> Compare(string method, IReadOnlyList<string> layers) =>
        new NamedModels(_catalogue, Codec, Options).CompareAsync(
            "deep",
            Picture,
            new ExplainParameters { Target = "top:2" },
            new CompareParameters { Methods = [method], Layers = layers },
            TestContext.Current.CancellationToken
        );

    private static byte[] Deep()
    {
        var net = new TinyGraph().Input("x", 1, 3, 8, 8);
        var (last, channels) = ("x", 3);
        foreach (var layer in Layers)
        {
            net.Convolve(last, 4, channels, $"c{layer}").Node("Relu", $"c{layer}", layer);
            (last, channels) = (layer, 4);
        }
        return net.Convolve(last, 4, 4, "l").PoolAndClassify().Output("scores").ToBytes();
    }
}
