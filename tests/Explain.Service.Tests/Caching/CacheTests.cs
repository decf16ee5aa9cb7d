using System.Net;
using Explain.Engine.Catalogue;
using Explain.Engine.Telemetry;
using Explain.Service.Limits;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Caching;

/// <summary>Answers that are given again.</summary>
public sealed class CacheTests
{
    private static readonly (string, string) On = ("Cache:SizeBytes", "10000000");

    [Theory]
    [InlineData("explain?target=1")]
    [InlineData("explain?target=1&format=webp&render=heatmap")]
    [InlineData("explain?target=top:2&format=json&include=map,boxes,image,channels,features")]
    [InlineData("explain?format=npy")]
    [InlineData("explain?method=smoothgrad&samples=5&seed=3&format=json")]
    [InlineData("compare?methods=gradcam,layercam&target=0,1")]
    [InlineData("predict?top=2")]
    public async Task AHitHasTheBytesAndTheFactsOfTheMiss(string request)
    {
        await using var service = await StartAsync(On);
        var (miss, hit) = (await SendAsync(service, request), await SendAsync(service, request));
        Assert.Equal("miss", Header(miss, "X-Cache"));
        Assert.Equal("hit", Header(hit, "X-Cache"));
        Assert.Equal(await BytesAsync(miss), await BytesAsync(hit));
        Assert.Equal(miss.Content.Headers.ContentType, hit.Content.Headers.ContentType);
        Assert.Equal(Facts(miss), Facts(hit));
        Assert.NotEqual(Header(miss, "X-Request-Id"), Header(hit, "X-Request-Id"));
        Assert.StartsWith("decode;dur=", Header(miss, "Server-Timing"), StringComparison.Ordinal);
        Assert.StartsWith("cache;desc=hit;dur=", Header(hit, "Server-Timing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheAcceptHeaderAndTheParameterGiveOneAnswerAndOtherFormatsAnother()
    {
        await using var service = await StartAsync(On);
        Assert.Equal("miss", Header(await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png), "application/json"), "X-Cache"));
        Assert.Equal("miss", Header(await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png), "image/png"), "X-Cache"));
        Assert.Equal(
            "hit",
            Header(await service.Client.SendAsync(ExplainRoute + "?format=json", Raw(TestImages.Png), "image/png"), "X-Cache")
        );
        Assert.Equal("miss", Header(await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Jpeg), "image/png"), "X-Cache"));
    }

    [Fact]
    public async Task EqualRequestsAtOnceAreComputedOnce()
    {
        await using var service = await StartAsync(On);
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => SendAsync(service, "explain?method=rise&samples=300")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Single(answers, a => Header(a, "X-Cache") == "miss");
        Assert.Single((await Task.WhenAll(answers.Select(BytesAsync))).Select(Convert.ToHexString).Distinct());
    }

    [Fact]
    public async Task ACallerWhoLeavesTakesNothingFromTheOthers()
    {
        await using var service = new Service(Counted, On, ("MaxConcurrentRuns", "1"), ("MaxBatch", "1"));
        await service.InitializeAsync();
        var cache = (CountedCache)service.Services.GetRequiredService<HybridCache>();
        var held = await service
            .Services.GetRequiredService<AdmissionGate>()
            .EnterAsync("tiny", RunContext.Alone(TestContext.Current.CancellationToken));
        using var leaving = new CancellationTokenSource();
        const string Request = $"{ExplainRoute}?method=smoothgrad&samples=3";
        var first = service.Client.PostAsync(Request, Raw(TestImages.Png), leaving.Token);
        await Wait.UntilAsync(() => cache.Asked == 1, "the first one waits");
        var second = service.Client.SendAsync(Request, Raw(TestImages.Png));
        await Wait.UntilAsync(() => cache.Asked == 2, "the second one waits for the first");

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        held.Dispose();

        var answer = await second;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hit", Header(answer, "X-Cache"));
    }

    [Fact]
    public async Task ErrorsAreNotKeptAndAHitNeedsNoTurn()
    {
        await using var service = await StartAsync(On, ("MaxConcurrentRuns", "1"), ("MaxBatch", "1"), ("QueueLimit", "0"));
        var gate = service.Services.GetRequiredService<AdmissionGate>();
        using (await gate.EnterAsync("tiny", RunContext.Alone(TestContext.Current.CancellationToken)))
        {
            await (await SendAsync(service, "explain")).ProblemAsync(503, "overloaded");
            await (await SendAsync(service, "predict")).ProblemAsync(503, "overloaded");
        }
        Assert.Equal("miss", Header(await SendAsync(service, "explain"), "X-Cache"));
        using (await gate.EnterAsync("tiny", RunContext.Alone(TestContext.Current.CancellationToken)))
            Assert.Equal("hit", Header(await SendAsync(service, "explain"), "X-Cache"));
        for (var i = 0; i < 2; i++)
        {
            var refused = await service.Client.SendAsync(ExplainRoute + "?target=99", Raw(TestImages.Png));
            await refused.ProblemAsync(422, "target-out-of-range");
            Assert.False(refused.Headers.Contains("X-Cache"));
        }
    }

    [Fact]
    public async Task AnAnswerThatADeadlineCutShortIsNotKept()
    {
        await using var service = await StartAsync(On);
        for (var i = 0; i < 2; i++)
        {
            var answer = await SendAsync(service, "explain?method=rise&samples=100000&deadline=20");
            Assert.Matches("^[0-9]+/100000$", Header(answer, "X-Explain-Partial"));
            Assert.Equal("miss", Header(answer, "X-Cache"));
        }
    }

    [Fact]
    public async Task AModelThatIsLoadedAnewIsAskedAgain()
    {
        await using var service = await StartAsync(On);
        Assert.Contains(
            "\"red\"",
            await (await SendAsync(service, "predict?top=3")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await File.WriteAllLinesAsync(
            Path.Combine(service.Models, "tiny", "labels.txt"),
            ["crimson", "green", "blue"],
            TestContext.Current.CancellationToken
        );
        await service.Services.GetRequiredService<ModelCatalogue>().LoadAsync("tiny", TestContext.Current.CancellationToken);
        var answer = await SendAsync(service, "predict?top=3");
        Assert.Equal("miss", Header(answer, "X-Cache"));
        Assert.Contains(
            "\"crimson\"",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task WithoutACacheEveryAnswerIsComputed()
    {
        await using var service = await StartAsync();
        for (var i = 0; i < 2; i++)
            Assert.Equal("miss", Header(await SendAsync(service, "explain"), "X-Cache"));
    }

    [Fact]
    public async Task AnAnswerLargerThanTheCacheIsAnsweredAllTheSame()
    {
        await using var service = await StartAsync(("Cache:SizeBytes", "1000"));
        for (var i = 0; i < 2; i++)
        {
            var answer = await SendAsync(service, "explain");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("miss", Header(answer, "X-Cache"));
        }
    }

    private static void Counted(IServiceCollection services)
    {
        var cache = services.Last(s => s.ServiceType == typeof(HybridCache));
        services.AddSingleton<HybridCache>(s => new CountedCache(
            (HybridCache)ActivatorUtilities.CreateInstance(s, cache.ImplementationType!)
        ));
    }

    private static async Task<Service> StartAsync(params (string, string)[] settings)
    {
        var service = new Service(settings);
        await service.InitializeAsync();
        return service;
    }

    private static Task<HttpResponseMessage> SendAsync(Service service, string request) =>
        service.Client.SendAsync($"/api/v1/models/tiny/{request}", Raw(TestImages.Png));

    private static Task<byte[]> BytesAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join("|", values) : $"no {name}, status {answer.StatusCode}";

    private static string[] Facts(HttpResponseMessage answer) =>
        [
            .. answer
                .Headers.Where(h => h.Key.StartsWith("X-Explain-", StringComparison.Ordinal))
                .Select(h => $"{h.Key}: {string.Join("|", h.Value)}")
                .Order(StringComparer.Ordinal),
        ];
}
