using Explain.Demo;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Methods;

/// <summary>What whoever watches is told: passes as planned, and maps of a part of the samples.</summary>
public sealed class GrowingMapTests
{
    // A run has one item, so that a map is shown after each sample.
    private static readonly TinyGraph Net = new TinyGraph(known: Known.Everything)
        .Input("x", 1, 3, 5, 6)
        .Convolve("x", 4, 3, "c0")
        .Node("Relu", "c0", "l")
        .PoolAndClassify()
        .Output("scores");

    public static TheoryData<string> Sampling => [.. MethodTable.All.Select(m => m.Id).Where(id => MethodTable.Find(id).StopsInTime)];

    [Theory, MemberData(nameof(Sampling))]
    public void AMapThatGrowsIsWhatADeadlineWouldGiveThen(string method)
    {
        using var loadedModel = Net.Load();
        var (grown, whole) = Explained(loadedModel.View, method, null);
        var (_, cut) = Explained(loadedModel.View, method, TimeSpan.FromTicks(1));

        Assert.NotEmpty(grown);
        var all = grown[0].Partial.Of;
        Assert.Equal(grown.Select(m => m.Partial.Done).Order().Distinct(), grown.Select(m => m.Partial.Done));
        Assert.All(grown, m => Assert.Equal((7, all), (m.Explanation, m.Partial.Of)));
        Assert.All(grown, m => Assert.InRange(m.Partial.Done, 1, all - 1));
        Assert.Null(whole.Values.Partial);
        // A machine that is quick enough has done all of it.
        var done = cut.Values.Partial?.Done;
        Assert.Equal(cut.Map.Map.Values, done is null ? whole.Map.Map.Values : grown.Single(m => m.Partial.Done == done).Map.Values);
    }

    [Theory]
    [InlineData("rise")]
    [InlineData("occlusion")]
    [InlineData("kernelshap")]
    [InlineData("scorecam")]
    public async Task AllTargetsThatARunIsForGrow(string method)
    {
        using var catalogue = await DemoAsync();
        using var lease = catalogue.Borrow("demo");
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = "top:2",
            Options = new() { Samples = 64 },
        };
        var (watch, answer) = await WatchAsync(lease, parameters, null);

        Assert.Equal([0, 1], watch.Maps.Select(m => m.Explanation).Distinct());
        foreach (var (place, target) in answer.Targets.Index())
        {
            var last = watch.Maps.Last(m => m.Explanation == place);
            Assert.Equal((target.Map.Height, target.Map.Width), (last.Map.Height, last.Map.Width));
            Assert.NotEqual(target.Map.Values, last.Map.Values);
        }
        // Two targets have maps of their own.
        Assert.All(watch.Maps.GroupBy(m => m.Partial.Done), maps => Assert.NotEqual(maps.First().Map.Values, maps.Last().Map.Values));
    }

    [Fact]
    public async Task InAComparisonMapsGrowAtTheirPlacesInTheAnswer()
    {
        using var catalogue = await DemoAsync();
        using var lease = catalogue.Borrow("demo");
        var compare = new CompareParameters { Methods = ["gradcam", "rise", "occlusion"] };
        var (watch, answer) = await WatchAsync(
            lease,
            new ExplainParameters
            {
                Target = "0,1",
                Options = new() { Samples = 40 },
            },
            compare
        );

        Assert.Equal(6, answer.Targets.Count);
        Assert.Equal([2, 3, 4, 5], watch.Maps.Select(m => m.Explanation).Distinct().Order());
    }

    // A map that is made of several is no map of the first samples.
    [Theory]
    [InlineData("scorecam", "aug", null)]
    [InlineData("scorecam", null, "/features/stage3/Relu_1_output_0,/features/stage4/Relu_1_output_0")]
    public async Task AMapThatIsMadeOfSeveralDoesNotGrow(string method, string? smooth, string? layer)
    {
        using var catalogue = await DemoAsync();
        using var lease = catalogue.Borrow("demo");
        var smoothing = smooth is null ? Smoothing.None : Smoothing.Aug;
        var parameters = new ExplainParameters
        {
            Method = method,
            Layer = layer,
            Options = new() { Samples = 40, Smooth = smoothing },
        };
        var (watch, _) = await WatchAsync(lease, parameters, null);

        Assert.Empty(watch.Maps);
        Assert.Equal(watch.Planned, watch.Passed);
    }

    [Fact]
    public async Task NoMethodTakesMorePassesThanWerePlannedAndThoseThatSampleTakeAll()
    {
        using var catalogue = await DemoAsync();
        using var lease = catalogue.Borrow("demo");
        var wrong = new List<string>();
        foreach (var method in MethodTable.All.Select(m => m.Id))
        {
            var parameters = new ExplainParameters
            {
                Method = method,
                Target = "0,1",
                Options = new() { Samples = 6 },
            };
            var (watch, _) = await WatchAsync(lease, parameters, null);
            if (watch.Passed > watch.Planned || (watch.Passed < watch.Planned && MethodTable.Find(method).StopsInTime))
                wrong.Add($"{method}: {watch.Passed} of {watch.Planned}");
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("cam")]
    public async Task MeasuringAMapCountsToo(string method)
    {
        using var catalogue = await DemoAsync();
        using var lease = catalogue.Borrow("demo");
        var (watch, _) = await WatchAsync(lease, new ExplainParameters { Method = method, Faithfulness = true }, null);

        Assert.InRange(watch.Passed, watch.Planned / 2, watch.Planned);
    }

    private static (List<PartialMap> Grown, (Attribution Values, MapFinish.Result Map) Whole) Explained(
        Model model,
        string method,
        TimeSpan? deadline
    )
    {
        var plan = model.Plan(
            new ExplainParameters
            {
                Method = method,
                Target = "1",
                Deadline = deadline,
                Options = new() { Samples = method is "scorecam" or "ablationcam" ? null : 12, Window = (2, 2) },
            }
        );
        using var study = ExplainPlan.Study(
            [plan],
            Net.Image(),
            plan.Targets.Rounds(plan.Targets.Objectives, 1),
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        var watch = new RecordedWatch();
        var places = new[] { (Round: 0, Place: 7) }.ToLookup(p => p.Round, p => p.Place);
        return (watch.Maps, plan.Run(study, 0, 0, new GrowingMap(watch, plan.Method, null, Compat.None, places)));
    }

    private static async Task<ModelCatalogue> DemoAsync()
    {
        var catalogue = ModelCatalogue.Create(new EngineOptions { Device = Device.Cpu }, [DemoAssets.Model], NullLogger.Instance);
        await catalogue.LoadAllAsync(CancellationToken.None);
        return catalogue;
    }

    private static async Task<(RecordedWatch Watch, Explanation Answer)> WatchAsync(
        ModelLease lease,
        ExplainParameters parameters,
        CompareParameters? compare
    )
    {
        var watch = new RecordedWatch();
        var run = RunContext.Alone(TestContext.Current.CancellationToken) with { Watch = watch };
        var explainer = new Explainer(new VipsImageCodec(), new EngineOptions { Device = Device.Cpu });
        var plan = await explainer.PlanAsync(lease, parameters, compare, new OutputParameters(), run);
        await using var file = DemoAssets.Open("samples/" + DemoAssets.Samples[0].File)!;
        var image = new byte[file.Length];
        await file.ReadExactlyAsync(image, TestContext.Current.CancellationToken);
        return (watch, await explainer.ExplainAsync(lease, plan, image, null, run));
    }
}
