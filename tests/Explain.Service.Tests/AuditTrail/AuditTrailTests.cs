using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Explain.Service.AuditTrail;
using Explain.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>The trail in a file: what is written down of explanations, and how it is asked.</summary>
public sealed class AuditTrailTests
{
    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);

    [Fact]
    public async Task EveryProtocolIsWrittenDownWithItsFacts()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder);
        var client = service.Client;
        string[] links =
        [
            (await client.SendAsync(ExplainRoute + "?target=1&method=layercam", Raw(TestImages.Png))).Link(),
            (
                await client.SendAsync(
                    "/v1/models/tiny:explain",
                    Json($$$"""{"instances":[{"b64":"{{{B64}}}"}],"parameters":{"target":1,"method":"layercam"}}""")
                )
            ).Link(),
            (
                await client.SendAsync(
                    "/v2/models/tiny/explain",
                    Json(
                        $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}],"parameters":"""
                            + """{"target":1,"method":"layercam"}}"""
                    )
                )
            ).Link(),
            (await client.SendAsync("/explanations/tiny?target=1&method=layercam", Raw(TestImages.Png))).Link(),
        ];
        await client.SendAsync("/api/v1/models/tiny/predict", Raw(TestImages.Png));
        var rows = (await client.WrittenAsync(4)).Reverse().ToArray();

        Assert.Equal(4, rows.Length);
        Assert.Equal(links, rows.Select(r => $"{AuditTrailRequests.Route}/{Text(r, "id")}"));
        Assert.Equal(["native", "kserve-v1", "open-inference", "torchserve"], rows.Select(r => Text(r, "protocol")));
        var model = await (await client.SendAsync("/api/v1/models/tiny", null, method: HttpMethod.Get)).JsonAsync();
        Assert.All(rows, row =>
        {
            var explanation = Assert.Single(row.GetProperty("explanations").EnumerateArray());
            Assert.Equal(
                ("tiny", Text(model, "sha256")),
                (Text(row.GetProperty("model"), "name"), Text(row.GetProperty("model"), "sha256"))
            );
            Assert.Equal(
                ("layercam", "features", "logit"),
                (Text(explanation, "method"), Text(explanation, "layer"), Text(explanation, "score"))
            );
            Assert.Equal(
                (1, "green thing"),
                (explanation.GetProperty("target").GetProperty("index").GetInt32(), Text(explanation.GetProperty("target"), "label"))
            );
            Assert.True(row.GetProperty("timings").GetProperty("run").GetDouble() > 0);
        });
        // One image, one class: the scores are the same whoever asks.
        Assert.Single(rows.Select(r => r.GetProperty("explanations")[0].GetProperty("target").GetProperty("logit").GetSingle()).Distinct());
        Assert.All(rows[..2], r =>
            Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(TestImages.Png)), Text(r.GetProperty("image"), "digest"))
        );
        Assert.Equal(
            rows[0].GetRawText(),
            (await (await client.SendAsync(links[0], null, method: HttpMethod.Get)).JsonAsync()).GetRawText()
        );
    }

    [Fact]
    public async Task TheImageOfAnAnswerHasAnAddressThatBrowsersCache()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, ("Store:Pictures", "true"));
        var answered = await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
        var json = await service.Client.SendAsync(ExplainRoute + "?format=json", Raw(TestImages.Png));
        await service.Client.WrittenAsync(2);

        var image = await GetAsync(service, answered.Link() + "/image");
        Assert.Equal((HttpStatusCode.OK, "image/png"), (image.StatusCode, image.Content.Headers.ContentType?.MediaType));
        Assert.Equal(
            await answered.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            await image.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
        );
        Assert.Contains("immutable", image.Headers.CacheControl?.ToString(), StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Get, answered.Link() + "/image");
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(image.Headers.ETag!.ToString()));
        var known = await service.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotModified, image.Headers.ETag), (known.StatusCode, known.Headers.ETag));
        Assert.Empty(await known.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        var none = await (await GetAsync(service, json.Link() + "/image")).ProblemAsync(404, "explanation-not-found");
        Assert.Contains("The answer was application/json", Text(none, "detail"), StringComparison.Ordinal);
        await (await GetAsync(service, $"{AuditTrailRequests.Route}/{new string('0', 32)}")).ProblemAsync(404, "explanation-not-found");
        await (await GetAsync(service, $"{AuditTrailRequests.Route}/..%2F..%2Fetc")).ProblemAsync(404, "explanation-not-found");
    }

    [Fact]
    public async Task QuestionsNarrowAndPagesNeitherMissNorRepeat()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder);
        foreach (
            var (model, method, target) in new[]
            {
                ("tiny", "gradcam", "0"),
                ("tiny", "layercam", "1"),
                ("other", "gradcam", "4"),
                ("tiny", "gradcam", "1,2"),
                ("other", "eigencam", "0"),
            }
        )
        {
            Assert.Equal(
                HttpStatusCode.OK,
                (
                    await service.Client.SendAsync($"/api/v1/models/{model}/explain?method={method}&target={target}", Raw(TestImages.Png))
                ).StatusCode
            );
        }

        var all = await service.Client.WrittenAsync(5);

        var digest = Text(all[0].GetProperty("image"), "digest")!;
        foreach (
            var (query, expected) in new[]
            {
                ("model=tiny", 3),
                ("method=gradcam", 3),
                ("target=1", 2),
                ("model=other&target=0", 1),
                ("label=green%20thing", 2),
                ("label=GREEN%20Thing", 2),
                ("label=green", 0),
                ("method=layercam&target=2", 0),
                ("caller=nobody", 0),
                ("caller=&model=tiny&method=", 3),
                ($"imageDigest={digest}", 5),
                ($"imageDigest={new string('0', 64)}", 0),
                ("from=2020-01-01T00:00:00Z&to=2100-01-01", 5),
                ("to=2020-01-01", 0),
            }
        )
        {
            Assert.Equal(expected, (await service.Client.WrittenAsync(expected, "&" + query)).Length);
        }

        // The time from which is asked belongs to the answer, the one up to which does not.
        var time = DateTimeOffset.Parse(Text(all[1], "time")!, CultureInfo.InvariantCulture);
        foreach (
            var (query, expected) in new[]
            {
                ($"from={Of(time)}", 2),
                ($"from={Of(time.AddTicks(10))}", 1),
                ($"to={Of(time)}", 3),
                ($"to={Of(time.AddTicks(10))}", 4),
                ($"from={Of(time)}&to={Of(time.AddTicks(10))}", 1),
            }
        )
        {
            Assert.Equal(expected, (await service.Client.WrittenAsync(expected, "&" + query)).Length);
        }

        var (paged, after) = (new List<string?>(), "");
        do
        {
            var page = await (await GetAsync(service, $"{AuditTrailRequests.Route}?limit=2{after}")).JsonAsync();
            paged.AddRange(page.GetProperty("explanations").EnumerateArray().Select(r => Text(r, "id")));
            after = Text(page, "after") is { } cursor ? $"&after={cursor}" : "";
        } while (after.Length > 0);
        Assert.Equal(all.Select(r => Text(r, "id")), paged);

        static string Of(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("O", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task EverythingWrongWithAQuestionIsNamedAtOnce()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder);
        await service.Client.UntilStoreIsAsync("ok");
        var problem = await (
            await GetAsync(service, $"{AuditTrailRequests.Route}?limit=0&modell=x&target=-1&after=%00&from=yesterday&imageDigest=abc")
        ).ProblemAsync(400, "invalid-parameter");
        Assert.Equal(
            ["after", "from", "imageDigest", "limit", "modell", "target"],
            problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)
        );
        Assert.Contains("did you mean 'model'?", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAStoreNothingIsWrittenDownAndAsksSayHowToSwitchItOn()
    {
        await using var service = new Service();
        await service.InitializeAsync();
        Assert.False((await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).Headers.Contains("X-Explanation"));
        var problem = await (await GetAsync(service, AuditTrailRequests.Route)).ProblemAsync(404, "explanation-not-found");
        Assert.Contains("Explain:Store=sqlite or postgres", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAnswerFromTheCacheIsWrittenDownAsOne()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, ("Cache:SizeBytes", "1000000"));
        for (var n = 0; n < 2; n++)
            await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
        Assert.Equal(["hit", "miss"], (await service.Client.WrittenAsync(2)).Select(r => Text(r, "cache")));
    }

    [Fact]
    public async Task AServiceThatIsToldTwiceToStopWritesDownAllThatItAnswered()
    {
        using var folder = new TemporaryFolder();
        await using (var service = await StartAsync(folder))
        {
            for (var n = 0; n < 5; n++)
                await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
            var writer = service.Services.GetServices<IHostedService>().OfType<AuditTrailWriter>().Single();
            var stops = Enumerable.Range(0, 2).Select(_ => writer.StopAsync(TestContext.Current.CancellationToken)).ToArray();
            await Task.WhenAny(stops);
            writer.Dispose();
            await Task.WhenAll(stops);
        }
        await using var again = await StartAsync(folder);
        Assert.Equal(5, (await again.Client.WrittenAsync(5)).Length);
    }

    [Fact]
    public async Task WhatComesAfterATransactionWaitsForMoreAndIsWrittenDownWhenTheServiceStops()
    {
        using var folder = new TemporaryFolder();
        await using (
            var service = new Service(
                services => services.AddSingleton<TimeProvider>(new StandingClock()),
                ("Store", "sqlite"),
                ("Store:Directory", folder.Path)
            )
        )
        {
            await service.InitializeAsync();
            await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
            await service.Client.WrittenAsync(1);
            for (var n = 0; n < 3; n++)
                await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
            Assert.Equal(3, service.Services.GetRequiredService<AuditTrailQueue>().Count);
        }
        await using var again = await StartAsync(folder);
        Assert.Equal(4, (await again.Client.WrittenAsync(4)).Length);
    }

    [Fact]
    public async Task ABackupThatIsMadeWhileTheServiceRunsHoldsAllThatIsWrittenDown()
    {
        using var folder = new TemporaryFolder();
        using var backup = new TemporaryFolder();
        await using (var service = await StartAsync(folder))
        {
            for (var n = 0; n < 3; n++)
                await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
            await service.Client.WrittenAsync(3);
            await using var database = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "explanations.db")}");
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var copy = database.CreateCommand();
            copy.CommandText = $"VACUUM INTO '{Path.Combine(backup.Path, "explanations.db")}'";
            await copy.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        await using var again = await StartAsync(backup);
        Assert.Equal(3, (await again.Client.WrittenAsync(3)).Length);
    }

    private static async Task<Service> StartAsync(TemporaryFolder folder, params (string, string)[] settings)
    {
        var service = new Service([("Store", "sqlite"), ("Store:Directory", folder.Path), .. settings]);
        await service.InitializeAsync();
        return service;
    }

    private static Task<HttpResponseMessage> GetAsync(Service service, string path) =>
        service.Client.SendAsync(path, null, method: HttpMethod.Get);

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private sealed class StandingClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
