using System.Globalization;
using System.Net;
using System.Text.Json;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Tests.Security;
using Explain.Service.Tests.Telemetry;
using Explain.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>Reasons that drift: pictures of a spot in the middle, then of one in a corner.</summary>
public sealed class DriftTests
{
    private const string Route = AuditTrailRequests.Route + "/drift";
    private const int Count = 12;

    [Fact]
    public async Task ASpotThatMovesIsSeenInAFile()
    {
        using var folder = new TemporaryFolder();
        await PlantedAsync(("Store", "sqlite"), ("Store:Directory", folder.Path));
    }

    [Fact]
    public async Task ASpotThatMovesIsSeenInPostgres()
    {
        using var postgres = new PostgresServer();
        await PlantedAsync(("Store:Kind", "postgres"), ("Store", ""), ("Store:Connection", postgres.Connection));
    }

    [Fact]
    public async Task MetricsTellTheLastDayFromTheWeekBefore()
    {
        using var folder = new TemporaryFolder();
        using var models = new TemporaryFolder();
        SpotModel.Write(models.Path);
        (string, string)[] trail = [("Store", "sqlite"), ("Store:Directory", folder.Path), ("Store:Maps", "true")];
        await using (var before = MovedClock.ServiceBefore(TimeSpan.FromDays(3), trail))
            await ExplainAsync(await StartedAsync(before), SpotModel.Pictures(12, 12, Count));
        await using (var today = new Service(trail))
            await ExplainAsync(await StartedAsync(today), SpotModel.Pictures(0, 24, Count));

        await using var service = await ServiceProcess.StartAsync(
            typeof(Program).Assembly.Location,
            [$"--models={models.Path}", "--Explain:DemoModel=false", .. trail.Select(s => $"--Explain:{s.Item1}={s.Item2}")]
        );
        PrometheusText metrics = null!;
        await Wait.UntilAsync(
            async () =>
            {
                metrics = PrometheusText.Parse(await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
                return metrics.Of("explain_map_agreement").Any();
            },
            "maps are compared"
        );
        Assert.Equal((Count, Count), (Of("maps", "recent"), Of("maps", "reference")));
        Assert.Equal((0, 0), (Of("map_constant_share", "recent"), Of("map_constant_share", "reference")));
        Assert.True(Of("map_border_share", "recent") > 0.5 && Of("map_border_share", "reference") < 0.01);
        Assert.InRange(Of("map_entropy", "recent"), 0.1, 0.9);
        Assert.InRange(metrics.Value("explain_map_centroid_shift", ("model", SpotModel.Name), ("method", "gradcam")), 0.4, 0.6);
        Assert.InRange(metrics.Value("explain_map_agreement"), 0, 0.01);
        Assert.Equal(["method", "model", "period"], metrics.Of("explain_maps").First().Labels.Keys.Order(StringComparer.Ordinal));

        double Of(string name, string period) => metrics.Value($"explain_{name}", ("model", SpotModel.Name), ("period", period));
    }

    [Fact]
    public async Task EveryProtocolAndEveryAnswerOfTheCacheKeepsItsMap()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, ("Store:Maps", "true"), ("Cache:SizeBytes", "1000000"));
        var b64 = Convert.ToBase64String(TestImages.Png);
        foreach (var _ in Enumerable.Range(0, 2))
            await service.Client.SendAsync(ExplainRoute + "?target=1&method=layercam", Raw(TestImages.Png));
        await service.Client.SendAsync(
            "/v1/models/tiny:explain",
            Json($$$"""{"instances":[{"b64":"{{{b64}}}"}],"parameters":{"target":1,"method":"layercam"}}""")
        );
        await service.Client.SendAsync("/explanations/tiny?target=1&method=layercam", Raw(TestImages.Png));
        Assert.Equal(
            ["miss", "miss", "hit", "miss"],
            (await service.Client.WrittenAsync(4)).Select(r => r.GetProperty("cache").GetString())
        );

        var maps = await MapsAsync(service);
        Assert.Equal(4, maps.Count);
        Assert.All(maps, m => Assert.Equal(("tiny", "layercam", 1, 8, 8), (m.Model, m.Method, m.TargetIndex, m.Height, m.Width)));
        Assert.Single(maps.Select(m => Convert.ToHexString(m.Content)).Distinct());
        Assert.True(maps[0].Peak > 0 && maps[0].Content.Distinct().Count() > 3);
    }

    [Fact]
    public async Task WithoutTheSettingNoMapIsKeptAndTheAnswerSaysSo()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder);
        await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
        await service.Client.WrittenAsync(1);
        Assert.Empty(await MapsAsync(service));
        var problem = await (await GetAsync(service, "?model=tiny")).ProblemAsync(404, "explanation-not-found");
        Assert.Contains("Explain:Store:Maps=true", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeAnsweredIsSaid()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, ("Store:Maps", "true"));
        foreach (var method in new[] { "gradcam", "layercam" })
            await service.Client.SendAsync($"{ExplainRoute}?method={method}", Raw(TestImages.Png));
        await service.Client.WrittenAsync(2);
        foreach (
            var (query, expected) in new[]
            {
                ("", "give the name of a model"),
                ("?model=tiny", "maps of several methods are kept; give one: gradcam, layercam"),
                ("?model=tiny&method=gradcam&from=2026-01-02&to=2026-01-01", "from is earlier than to"),
                ("?model=tiny&method=gradcam&target=one", "target: 'one' is not allowed"),
                ("?model=tiny&limit=3", "limit: is not a parameter"),
            }
        )
        {
            var problem = await (await GetAsync(service, query)).ProblemAsync(400, "invalid-parameter");
            Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TimesAtTheEndsOfTheCalendarAreAnswered()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, ("Store:Maps", "true"), ("Store:MapsReference", "9999-12-31"));
        await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
        await service.Client.WrittenAsync(1);
        foreach (var period in new[] { "from=0001-01-01", "from=0001-01-01&to=9999-12-31" })
        {
            var answer = await (await GetAsync(service, $"?model=tiny&method=gradcam&{period}")).JsonAsync();
            Assert.Equal((1, 0), (Maps(answer, "recent"), Maps(answer, "reference")));
        }
        foreach (var period in new[] { "to=0001-01-01", "to=9999-12-31" })
            await (await GetAsync(service, $"?model=tiny&method=gradcam&{period}")).ProblemAsync(404, "explanation-not-found");
    }

    [Fact]
    public async Task ItTakesTheScopeOfTheWholeTrail()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(
            folder,
            [
                ("Store:Maps", "true"),
                .. SecuredService.Key(0, "ann", "exk_ann", "explain"),
                .. SecuredService.Key(1, "all", "exk_all", "audit:read"),
            ]
        );
        await service.Client.UntilStoreIsAsync("ok");
        foreach (var (key, status) in new[] { ("exk_ann", HttpStatusCode.Forbidden), ("exk_all", HttpStatusCode.NotFound) })
        {
            using var request = SecuredService.Request(HttpMethod.Get, Route + "?model=tiny&method=gradcam", key);
            Assert.Equal(status, (await service.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    private static async Task PlantedAsync(params (string, string)[] settings)
    {
        await using var service = new Service([.. settings, ("Store:Maps", "true"), ("Store:Pictures", "true")]);
        var client = await StartedAsync(service);
        await ExplainAsync(client, SpotModel.Pictures(12, 12, Count));
        var same = Now();
        await ExplainAsync(client, SpotModel.Pictures(12, 12, Count), written: 2 * Count);
        var moved = Now();
        await ExplainAsync(client, SpotModel.Pictures(0, 24, Count), written: 3 * Count);

        var quiet = await DriftAsync(service, $"from={same}&to={moved}");
        Assert.Equal((Count, Count), (Maps(quiet, "recent"), Maps(quiet, "reference")));
        Assert.Equal(0, Number(quiet, "centroidShift"), 6);
        Assert.Equal(1, Number(quiet, "agreement"), 6);
        Assert.All(quiet.GetProperty("clusters").EnumerateArray(), c => Assert.Equal(Number(c, "referenceShare"), Number(c, "share")));
        Assert.All(quiet.GetProperty("classClusters").EnumerateArray(), c => Assert.Equal(Number(c, "referenceShare"), Number(c, "share")));

        var drift = await DriftAsync(service, $"from={moved}");
        Assert.Equal((Count, 2 * Count), (Maps(drift, "recent"), Maps(drift, "reference")));
        Assert.InRange(Number(drift, "centroidShift"), 0.4, 0.6);
        Assert.InRange(Number(drift, "agreement"), 0, 0.01);
        Assert.InRange(Number(drift.GetProperty("recent"), "borderShare"), 0.5, 1);
        Assert.InRange(Number(drift.GetProperty("reference"), "borderShare"), 0, 0.01);
        var farthest = await (await client.SendAsync(drift.GetProperty("farthest").GetString()!, null, method: HttpMethod.Get)).JsonAsync();
        Assert.Equal(
            (await client.WrittenAsync(Count, $"&from={moved}")).Select(r => r.GetProperty("id").GetString()),
            farthest.GetProperty("explanations").EnumerateArray().Select(r => r.GetProperty("id").GetString())
        );
        foreach (var list in new[] { "clusters", "classClusters" })
            await HasAsync(drift.GetProperty(list)[0], client, moved);
        Assert.Equal("bright", drift.GetProperty("classClusters")[0].GetProperty("label").GetString());

        await (await GetAsync(service, $"?model={SpotModel.Name}&from={moved}&target=1")).ProblemAsync(404, "explanation-not-found");
    }

    private static async Task HasAsync(JsonElement cluster, HttpClient client, string from)
    {
        Assert.Equal(Count, cluster.GetProperty("maps").GetInt32());
        Assert.Equal((1, 0), (Number(cluster, "share"), Number(cluster, "referenceShare")));
        Assert.True(Number(cluster, "centroidX") > 0.75 && Number(cluster, "centroidY") < 0.25);

        var expected = (await client.WrittenAsync(Count, $"&from={from}")).Select(r => r.GetProperty("id").GetString());
        var ids = cluster.GetProperty("explanations").EnumerateArray().Select(id => id.GetString());
        Assert.Equal(expected, ids);
        var linked = await (await client.SendAsync(cluster.GetProperty("link").GetString()!, null, method: HttpMethod.Get)).JsonAsync();
        var explanations = linked.GetProperty("explanations").EnumerateArray().ToArray();
        Assert.Equal(expected, explanations.Select(r => r.GetProperty("id").GetString()));
        Assert.All(explanations, r => Assert.NotNull(r.GetProperty("picture").GetString()));
    }

    private static string Now() => DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);

    private static async Task<HttpClient> StartedAsync(Service service)
    {
        SpotModel.Write(service.Models);
        await service.InitializeAsync();
        return service.Client;
    }

    private static async Task<Service> StartAsync(TemporaryFolder folder, params (string, string)[] settings)
    {
        var service = new Service([("Store", "sqlite"), ("Store:Directory", folder.Path), .. settings]);
        await service.InitializeAsync();
        return service;
    }

    private static async Task ExplainAsync(HttpClient client, IEnumerable<byte[]> pictures, int written = Count)
    {
        foreach (var picture in pictures)
        {
            var answer = await client.SendAsync($"/api/v1/models/{SpotModel.Name}/explain?target=0", Raw(picture));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await client.WrittenAsync(written);
    }

    private static Task<HttpResponseMessage> GetAsync(Service service, string query) =>
        service.Client.SendAsync(Route + query, null, method: HttpMethod.Get);

    private static async Task<JsonElement> DriftAsync(Service service, string query)
    {
        var answer = await GetAsync(service, $"?model={SpotModel.Name}&{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static async Task<List<MapRow>> MapsAsync(Service service)
    {
        await using var trail = service.Services.GetRequiredService<AuditTrailDatabase>().Open();
        return await trail.Maps.ToListAsync(TestContext.Current.CancellationToken);
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static int Maps(JsonElement answer, string period) => answer.GetProperty(period).GetProperty("maps").GetInt32();
}
