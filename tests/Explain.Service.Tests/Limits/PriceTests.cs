using System.Net;
using Explain.Engine.Images;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;
using Explain.Service.Bodies;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Limits;

/// <summary>A request has a price, and what costs more than one may is refused before anything is done.</summary>
public sealed class PriceTests
{
    private const string Compare = "/api/v1/models/tiny/compare";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData($"{ExplainRoute}?method=rise&samples=20")]
    [InlineData($"{ExplainRoute}?method=smoothgrad&samples=10")]
    [InlineData($"{ExplainRoute}?method=occlusion&window=1&stride=1")]
    [InlineData($"{Compare}?methods=gradcam,rise&samples=20")]
    public async Task MorePassesThanARequestMayTakeAreRefusedWithHowManyItMay(string path)
    {
        await using var service = await StartAsync(("MaxPasses", "12"));
        var problem = await (await service.Client.SendAsync(path, Raw(TestImages.Png))).ProblemAsync(422, "over-budget");
        Assert.Contains("allowed are 12", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
    }

    [Fact]
    public async Task OtherProtocolsRefuseThemToo()
    {
        await using var service = await StartAsync(("MaxPasses", "12"));
        var image = Convert.ToBase64String(TestImages.Png);
        var v1 = await service.Client.SendAsync(
            "/v1/models/tiny:explain",
            Json($$$"""{"instances":[{"image":{"b64":"{{{image}}}"}},{"image":{"b64":"{{{image}}}"},"method":"rise","samples":20}]}""")
        );
        Assert.Contains("allowed are 12", await v1.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, v1.StatusCode);
        var v2 = await service.Client.SendAsync(
            "/v2/models/tiny/explain",
            Json(
                $$$"""{"parameters":{"method":"rise","samples":20},"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","""
                    + $$$""" "data":["{{{image}}}"]}]}"""
            )
        );
        Assert.False(v2.IsSuccessStatusCode);
        Assert.Contains("allowed are 12", await v2.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var torch = await service.Client.SendAsync("/explanations/tiny?method=rise&samples=20", Raw(TestImages.Png));
        Assert.Contains("allowed are 12", await torch.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapsAndAnswersThatTakeMoreMemoryThanARequestMayAreRefused()
    {
        await using var service = await StartAsync(("AnswerMemoryBytes", "1048576"));
        var problem = await (await service.Client.SendAsync($"{ExplainRoute}?size=4000x4000", Raw(TestImages.Png))).ProblemAsync(
            422,
            "over-budget"
        );
        Assert.Contains("allowed are 1 MiB", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
    }

    [Fact]
    public async Task ALayerThatIsNamedTwiceIsRefused()
    {
        await using var service = await StartAsync();
        var problem = await (
            await service.Client.SendAsync($"{Compare}?layers={string.Join(',', Enumerable.Repeat("features", 300))}", Raw(TestImages.Png))
        ).ProblemAsync(400, "invalid-parameter");
        Assert.True(problem.GetProperty("errors").TryGetProperty("layers", out _));
    }

    [Fact]
    public async Task ManyPassesLeaveAPlaceToAPrediction()
    {
        await using var service = await StartAsync(("MaxConcurrentRuns", "1"), ("MaxBatch", "4"));
        var gate = service.Services.GetRequiredService<AdmissionGate>();
        var heavy = RunContext.Alone(Token) with { Lane = Lane.Heavy };
        using var first = await gate.EnterAsync("tiny", heavy);
        using var second = await gate.EnterAsync("tiny", heavy);
        var third = gate.EnterAsync("tiny", heavy);

        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/api/v1/models/tiny/predict", Raw(TestImages.Png))).StatusCode);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task ACallerWithOneRequestComesBeforeTheManyOfAnother()
    {
        await using var service = await StartAsync(("MaxConcurrentRuns", "1"), ("MaxBatch", "1"));
        var gate = service.Services.GetRequiredService<AdmissionGate>();
        var (busy, light) = (RunContext.Alone(Token) with { Caller = "busy" }, RunContext.Alone(Token) with { Caller = "light" });
        var held = await gate.EnterAsync("tiny", busy);
        var many = Enumerable.Range(0, 5).Select(_ => gate.EnterAsync("tiny", busy)).ToArray();
        var one = gate.EnterAsync("tiny", light);

        held.Dispose();
        (await one).Dispose();
        foreach (var waiting in many)
            (await waiting).Dispose();
    }

    [Fact]
    public async Task BodiesBeyondTheirMemoryAreRefusedUntilOthersAreAnswered()
    {
        await using var service = await StartAsync(("BodyMemoryBytes", "1048576"));
        var memory = service.Services.GetRequiredService<BodyMemory>();
        var other = new DefaultHttpContext();
        var share = memory.For(other.Request);
        share.Grow(1_048_000);

        var refused = await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Make(200, 200, ImageFormat.Png, seed: 3)));
        await refused.ProblemAsync(503, "overloaded");
        Assert.NotNull(refused.Headers.RetryAfter);
        share.Dispose();
        Assert.Equal(
            HttpStatusCode.OK,
            (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Make(200, 200, ImageFormat.Png, seed: 3)))).StatusCode
        );
    }

    [Fact]
    public void AListInAHeaderEndsAfterAKilobyteWithHowManyMoreThereAre()
    {
        var few = Enumerable.Range(0, 100).Select(n => $"{n}").ToArray();
        Assert.Equal(string.Join(',', few), AnswerHeader.Listed(few));
        var many = AnswerHeader.Listed(Enumerable.Range(0, 10_000).Select(n => $"{n};label"));
        Assert.InRange(many.Length, 900, 1024);
        var shown = many[..many.IndexOf("; and ", StringComparison.Ordinal)].Split(',').Length;
        Assert.EndsWith($",{shown - 1};label; and {10_000 - shown} more", many, StringComparison.Ordinal);
        Assert.Equal("; and 1 more", AnswerHeader.Listed([new string('x', 2000)]));
    }

    private static async Task<Service> StartAsync(params (string Key, string Value)[] settings)
    {
        var service = new Service(settings);
        await service.InitializeAsync();
        return service;
    }
}
