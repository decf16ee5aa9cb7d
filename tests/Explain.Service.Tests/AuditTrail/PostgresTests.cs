using System.Net;
using Explain.Service.Tests.Security;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>The trail in a real PostgreSQL, and what becomes of it while that is away.</summary>
public sealed class PostgresTests
{
    [Fact]
    public async Task ExplanationsAndImagesAreWrittenAndFoundAgain()
    {
        using var postgres = new PostgresServer();
        await using var service = await StartAsync(postgres);
        var answered = await service.Client.SendAsync(ExplainRoute + "?target=top:2", Raw(TestImages.Png));
        await service.Client.SendAsync("/api/v1/models/other/explain?method=layercam&target=3&format=json", Raw(TestImages.Png));

        var rows = await service.Client.WrittenAsync(2);
        Assert.Equal(["other", "tiny"], rows.Select(r => r.GetProperty("model").GetProperty("name").GetString()));
        Assert.Equal([1, 2], rows.Select(r => r.GetProperty("explanations").GetArrayLength()));
        Assert.Single(await service.Client.WrittenAsync(1, "&method=layercam&target=3"));
        var image = await service.Client.SendAsync(answered.Link() + "/image", null, method: HttpMethod.Get);
        Assert.Equal(
            await answered.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            await image.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task WhileItIsAwayAnswersGoOnAndAreWrittenDownAfterwards()
    {
        using var postgres = new PostgresServer();
        await using var service = await StartAsync(postgres);
        await AskAsync(service, 3);
        await service.Client.WrittenAsync(3);

        postgres.Stop();
        await AskAsync(service, 5);
        await service.Client.UntilStoreIsAsync("unreachable");
        await (await service.Client.SendAsync(AuditTrailRequests.Route, null, method: HttpMethod.Get)).ProblemAsync(
            503,
            "store-unavailable"
        );
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/healthz/ready", null, method: HttpMethod.Get)).StatusCode);

        postgres.Start();
        await AskAsync(service, 2);
        var rows = await service.Client.WrittenAsync(10);
        Assert.Equal(10, rows.Length);
        Assert.Equal(10, rows.Select(r => r.GetProperty("id").GetString()).Distinct().Count());
        await service.Client.UntilStoreIsAsync("ok");
    }

    [Fact]
    public async Task AServiceThatStartsBeforeItsDatabaseAnswersAndWritesLater()
    {
        using var postgres = new PostgresServer();
        postgres.Stop();
        await using var service = await StartAsync(postgres);
        await AskAsync(service, 2);
        await service.Client.UntilStoreIsAsync("unreachable");
        postgres.Start();
        Assert.Equal(2, (await service.Client.WrittenAsync(2)).Length);
    }

    [Fact]
    public async Task CallersSeeTheirOwnThereTooAndWhatIsDeletedIsGone()
    {
        using var postgres = new PostgresServer();
        await using var service = await StartAsync(
            postgres,
            [
                .. SecuredService.Key(0, "ann", "exk_ann", "explain"),
                .. SecuredService.Key(1, "bob", "exk_bob", "explain"),
                .. SecuredService.Key(2, "operator", "exk_operator", "explain,audit:read,audit:delete"),
            ]
        );
        foreach (var key in new[] { "exk_ann", "exk_bob", "exk_bob" })
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, HttpMethod.Post, ExplainRoute + "?target=1", key)).StatusCode);
        await Wait.UntilAsync(async () => await CountAsync(service, "", "exk_operator") == 3, "three explanations are written down");

        Assert.Equal((1, 2), (await CountAsync(service, "", "exk_ann"), await CountAsync(service, "", "exk_bob")));
        Assert.Equal(3, await CountAsync(service, "?label=GREEN%20thing", "exk_operator"));
        Assert.Equal(0, await CountAsync(service, "?label=green", "exk_operator"));
        var deleted = await SendAsync(service, HttpMethod.Delete, AuditTrailRequests.Route + "?caller=bob&callerKind=key", "exk_operator");
        Assert.Equal(2, (await deleted.JsonAsync()).GetProperty("deleted").GetInt32());
        Assert.Equal((1, 0), (await CountAsync(service, "", "exk_operator"), await CountAsync(service, "", "exk_bob")));
        await Wait.UntilAsync(
            async () =>
                (await (await SendAsync(service, HttpMethod.Get, "/api/v1/admin-actions", "exk_operator")).JsonAsync())
                    .GetProperty("actions")
                    .GetArrayLength() == 1,
            "the deletion is written down"
        );
    }

    [Fact]
    public async Task TwoInstancesThatBringItUpToDateAtOnceLoseNothing()
    {
        using var postgres = new PostgresServer();
        var instances = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(postgres)));
        await Task.WhenAll(instances.Select(service => AskAsync(service, 4)));
        foreach (var service in instances)
        {
            Assert.Equal(12, (await service.Client.WrittenAsync(12)).Length);
            await service.Client.UntilStoreIsAsync("ok");
            await service.DisposeAsync();
        }
    }

    private static async Task AskAsync(Service service, int times)
    {
        for (var n = 0; n < times; n++)
            Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(Service service, HttpMethod verb, string path, string key)
    {
        using var request = SecuredService.Request(verb, path, key);
        if (verb == HttpMethod.Post)
            request.Content = Raw(TestImages.Png);
        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<int> CountAsync(Service service, string query, string key)
    {
        var answer = await SendAsync(service, HttpMethod.Get, AuditTrailRequests.Route + query, key);
        return answer.StatusCode == HttpStatusCode.OK ? (await answer.JsonAsync()).GetProperty("explanations").GetArrayLength() : -1;
    }

    private static async Task<Service> StartAsync(PostgresServer postgres, params (string, string)[] settings)
    {
        var service = new Service([
            ("Store:Kind", "postgres"),
            ("Store:Connection", postgres.Connection),
            ("Store:Pictures", "true"),
            ("Store", ""),
            .. settings,
        ]);
        await service.InitializeAsync();
        return service;
    }
}
