using Explain.Engine.Catalogue;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>Models are loaded beside each other, and each says how far it is.</summary>
public sealed class LoadingTests
{
    [Fact]
    public async Task AModelThatTakesLongSaysHowFarItIsAndDoesNotKeepTheOthersWaiting()
    {
        using var gate = new ManualResetEventSlim();
        var file = Tiny.Features().PoolAndClassify().Output("scores").ToBytes();
        ModelSource Source(string name, bool slow) => new(name, "1", null, asked =>
            {
                if (asked != "model.onnx")
                    return null;
                if (slow)
                    gate.Wait(TestContext.Current.CancellationToken);
                return new MemoryStream(file);
            });
        using var catalogue = ModelCatalogue.Create(
            new EngineOptions { Device = Device.Cpu, ThreadsPerModel = 1 },
            [Source("a-slow", true), Source("b", false), Source("c", false)],
            NullLogger.Instance
        );
        Assert.All(catalogue.Status, s => Assert.Equal((ModelState.Loading, LoadStep.Waiting), (s.State, s.Step)));

        var loading = catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        while (catalogue.Status.Count(s => s.State == ModelState.Ready) < 2)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        var slow = catalogue.Status[0];
        Assert.Equal((ModelState.Loading, LoadStep.Reading), (slow.State, slow.Step));
        gate.Set();
        await loading;

        Assert.All(catalogue.Status, s => Assert.True(s.State == ModelState.Ready, s.Error));
    }

    [Fact]
    public async Task AModelThatTakesLongerThanItMayHasFailedAndSaysSo()
    {
        var deep = new TinyGraph().Input("x", 1, 3, 4, 4);
        var last = "x";
        for (var i = 0; i < 5000; i++)
            deep.Node("Relu", last, last = $"r{i}");
        deep.Convolve(last, 4, 3, "l").PoolAndClassify().Output("scores");
        var file = deep.ToBytes();
        using var catalogue = ModelCatalogue.Create(
            new EngineOptions { Device = Device.Cpu, MaxLoadTime = TimeSpan.FromMilliseconds(20) },
            [new ModelSource("deep", "1", null, asked => asked == "model.onnx" ? new MemoryStream(file) : null)],
            NullLogger.Instance
        );

        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

        var status = Assert.Single(catalogue.Status);
        Assert.Equal((ModelState.Failed, "it was not ready after 0.02 s, the most that loading may take"), (status.State, status.Error));
    }

    [Fact]
    public async Task WhoeverStopsLoadingLeavesTheModelsThatWereNotReadyWaiting()
    {
        using var stop = new CancellationTokenSource();
        var file = Tiny.Features().PoolAndClassify().Output("scores").ToBytes();
        using var catalogue = ModelCatalogue.Create(new EngineOptions { Device = Device.Cpu }, [new ModelSource("tiny", "1", null, asked =>
                {
                    stop.Cancel();
                    return asked == "model.onnx" ? new MemoryStream(file) : null;
                })], NullLogger.Instance);

        await catalogue.LoadAllAsync(stop.Token);

        var status = Assert.Single(catalogue.Status);
        Assert.Equal((ModelState.Loading, null), (status.State, status.Error));
    }

    [Fact]
    public void ShapesAreTheSameWhetherWeightsAreLargeOrSmall()
    {
        // Of large weights the inference sees the shape alone.
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 64, 3, "c0")
            .Node("Relu", "c0", "r0")
            .Convolve("r0", 4, 64, "l")
            .PoolAndClassify()
            .Output("scores");
        using var model = net.Load();
        Assert.Equal(["c0", "r0", "l"], model.Description.Layers.Select(l => l.Name));
        Assert.Equal([64, 64, 4], model.Description.Layers.Select(l => l.Channels));
        Assert.NotEmpty(model.View.Explain(net.Image()).Map.Values);
    }

    // Beyond ten thousand nodes some optimisers are left out.
    [Fact]
    public void AGraphOfManyThousandNodesHasTheMapOfTheSameFunctionInFew()
    {
        using var deep = Rectified(10_050).Load();
        using var shallow = Rectified(1).Load();

        var (expected, actual) = (Map(shallow), Map(deep));

        Assert.Contains(expected, v => v != 0);
        Near.Relative(expected, actual, 1e-6, "map");

        static float[] Map(LoadedModel loaded) => loaded.View.Explain(Rectified(1).Image(), "gradcam", layer: "l").Map.Values;
    }

    [Theory]
    [InlineData(3000, true)]
    [InlineData(3001, false)]
    public void BlocksAreForGraphsOfSomeThousandNodes(int nodes, bool served)
    {
        var chain = new TinyGraph().Input("x", 1, 2);
        for (var i = 0; i < nodes; i++)
            chain.Node("Relu", i == 0 ? "x" : $"r{i - 1}", $"r{i}");

        Assert.Equal(served, new NativeSupport(block: 16).Serve(chain.Output($"r{nodes - 1}").Build()));
    }

    // Of rectifiers in a row the first alone changes anything.
    private static TinyGraph Rectified(int count)
    {
        var net = Tiny.Features();
        for (var i = 0; i < count; i++)
            net.Node("Relu", i == 0 ? "l" : $"r{i - 1}", i == count - 1 ? "last" : $"r{i}");
        return net.Node("GlobalAveragePool", "last", "pooled").Node("Flatten", "pooled", "f").Classify().Output("scores");
    }
}
