using System.Globalization;

namespace Explain.Service.Tests.Security;

/// <summary>Quotas. They are so small that no bucket fills again while a test runs.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task EveryKeyHasAQuotaOfItsOwn()
    {
        await using var service = await StartAsync([
            .. SecuredService.Key(0, "small", "exk_small", "models:read"),
            ("ApiKeys:0:RequestsPerMinute", "2"),
            .. SecuredService.Key(1, "free", "exk_free", "models:read"),
        ]);
        for (var i = 0; i < 2; i++)
            Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", "exk_small"));

        var refused = await GetAsync(service, "/api/v1/methods", "exk_small");
        var problem = await refused.ProblemAsync(429, "rate-limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains(
            refused.Headers.RetryAfter.Delta.Value.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
        var v2 = await GetAsync(service, "/v2", "exk_small");
        Assert.Equal(429, (int)v2.StatusCode);
        Assert.NotEmpty((await v2.JsonAsync()).GetProperty("error").GetString()!);
        for (var i = 0; i < 20; i++)
            Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", "exk_free"));
        Assert.Equal(200, await StatusAsync(service, "/healthz/ready", "exk_small"));
        Assert.Equal(200, await StatusAsync(service, "/v2/health/live", "exk_small"));
    }

    [Theory]
    [InlineData("/api/v1/models/tiny/explain?method=rise&samples=47", 3)]
    [InlineData("/api/v1/models/tiny/explain?method=gradcam", 1)]
    [InlineData("/api/v1/models/tiny/compare?methods=gradcam,layercam&target=top:3", 1)]
    [InlineData("/v1/models/tiny:predict", 3)]
    [InlineData("/api/v1/models/tiny/explain?method=rise&samples=5000", 20)]
    public async Task ARequestTakesWhatItCosts(string path, int cost)
    {
        const int quota = 20;
        await using var service = await StartAsync([
            .. SecuredService.Key(0, "one", "exk_one", "explain,predict,models:read"),
            ("ApiKeys:0:RequestsPerMinute", $"{quota}"),
        ]);
        using var request = SecuredService.Request(HttpMethod.Post, path, "exk_one");
        // Forty-one instances of one image.
        var instance = $$"""{"b64":"{{Convert.ToBase64String(TestImages.Png)}}"}""";
        request.Content = path.StartsWith("/v1", StringComparison.Ordinal)
            ? Requests.Json($$"""{"instances":[{{string.Join(',', Enumerable.Repeat(instance, 41))}}]}""")
            : Requests.Raw(TestImages.Png);
        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        var left = 0;
        while (await StatusAsync(service, "/api/v1/methods", "exk_one") == 200)
            left++;
        Assert.InRange(quota - left, cost - 1, cost);

        using var again = SecuredService.Request(HttpMethod.Post, path, "exk_one");
        again.Content = Requests.Raw(TestImages.Png);
        Assert.Equal(429, (int)(await service.Client.SendAsync(again, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task TheGeneralQuotaIsForKeysAndSubjectsWithoutOneOfTheirOwn()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var service = await StartAsync([
            ("RequestsPerMinute", "1"),
            .. SecuredService.Key(0, "one", "exk_one", "models:read"),
            .. SecuredService.Key(1, "three", "exk_three", "models:read"),
            ("ApiKeys:1:RequestsPerMinute", "3"),
            ("Jwt:Authority", issuer.Address),
            ("Jwt:Audience", TokenIssuer.Audience),
            ("Jwt:RequireHttpsMetadata", "false"),
        ]);
        Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", "exk_one"));
        Assert.Equal(429, await StatusAsync(service, "/api/v1/methods", "exk_one"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", "exk_three"));
        Assert.Equal(429, await StatusAsync(service, "/api/v1/methods", "exk_three"));
        // A subject that is called as a key is somebody else.
        var token = issuer.Token("models:read", c => c["sub"] = "one");
        Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", token: token));
        Assert.Equal(429, await StatusAsync(service, "/api/v1/methods", token: issuer.Token("models:read", c => c["sub"] = "one")));
        Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", token: issuer.Token("models:read", c => c["sub"] = "two")));
    }

    [Fact]
    public async Task CallersThatMayNotUseUpNobodysQuota()
    {
        await using var service = await StartAsync([
            .. SecuredService.Key(0, "one", "exk_one", "explain"),
            ("ApiKeys:0:RequestsPerMinute", "1"),
        ]);
        for (var i = 0; i < 3; i++)
            Assert.Equal(403, await StatusAsync(service, "/api/v1/methods", "exk_one"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(401, await StatusAsync(service, "/api/v1/methods", "exk_wrong"));
        Assert.Equal(
            200,
            (int)
                (
                    await service.Client.SendAsync(
                        SecuredService.Request(HttpMethod.Post, "/api/v1/models/tiny/estimate", "exk_one"),
                        TestContext.Current.CancellationToken
                    )
                ).StatusCode
        );
    }

    [Fact]
    public async Task AnOpenServiceCountsByAddress()
    {
        await using var service = await StartAsync([("RequestsPerMinute", "2")]);
        Assert.Equal(200, await StatusAsync(service, "/api/v1/methods"));
        Assert.Equal(200, await StatusAsync(service, "/api/v1/methods", "exk_whatever"));
        Assert.Equal(429, await StatusAsync(service, "/api/v1/methods", "exk_another"));
    }

    private static async Task<Service> StartAsync(IEnumerable<(string, string)> settings)
    {
        var service = new Service([.. settings]);
        await service.InitializeAsync();
        return service;
    }

    private static async Task<int> StatusAsync(Service service, string path, string? key = null, string? token = null)
    {
        using var response = await GetAsync(service, path, key, token);
        return (int)response.StatusCode;
    }

    private static Task<HttpResponseMessage> GetAsync(Service service, string path, string? key = null, string? token = null) =>
        service.Client.SendAsync(SecuredService.Request(HttpMethod.Get, path, key, token), TestContext.Current.CancellationToken);
}
