using System.Text.RegularExpressions;

namespace Explain.Service.Tests.Security;

/// <summary>What browsers are told.</summary>
public sealed partial class BrowserTests(Service service, BrowserTests.WithOrigin allowing)
    : IClassFixture<Service>,
        IClassFixture<BrowserTests.WithOrigin>
{
    private const string Origin = "https://dashboard.example.org";

    public static TheoryData<string> Paths =>
        ["/api/v1/methods", "/api/v1/nothing", "/healthz/live", "/v2", "/v2/models/nobody", "/api/v1/samples/nothing.png"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task EveryAnswerHasTheHeadersThatKeepItFromBeingMisread(string path)
    {
        var response = await service.Client.SendAsync(path, null, method: HttpMethod.Get);
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(response, "X-Frame-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(response, "Content-Security-Policy"));
        Assert.Equal("no-store", Header(response, "Cache-Control"));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task ThePagesOfTheDocumentationLoadWhatTheirPolicyAllows()
    {
        var response = await service.Client.SendAsync("/swagger/index.html", null, method: HttpMethod.Get);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("default-src 'self'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.All(Script().Matches(page), script => Assert.Equal("", script.Groups[2].Value.Trim()));
        Assert.DoesNotMatch(Handler(), page);
        var loaded = Source().Matches(page).Select(m => m.Groups[1].Value).ToArray();
        Assert.True(loaded.Length >= 4, $"the page loads {string.Join(", ", loaded)} only");
        foreach (var file in loaded)
        {
            Assert.False(file.Contains("//", StringComparison.Ordinal) || file.StartsWith('/'), $"{file} is not beside the page");
            Assert.Equal(200, (int)(await service.Client.SendAsync($"/swagger/{file}", null, method: HttpMethod.Get)).StatusCode);
        }
    }

    [Fact]
    public async Task APreflightNeedsNoKey()
    {
        var response = await PreflightAsync(Origin);
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(Origin, Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains("X-Api-Key", Header(response, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Contains("POST", Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.DoesNotContain("x-invented", Header(response, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("https://dashboard.example.org.evil.org")]
    [InlineData("http://dashboard.example.org")]
    [InlineData("null")]
    public async Task OtherOriginsAreNotAllowed(string origin) =>
        Assert.False((await PreflightAsync(origin)).Headers.Contains("Access-Control-Allow-Origin"));

    [Fact]
    public async Task AStarAllowsAllOrigins()
    {
        await using var all = new Service(("CorsOrigins", "*"));
        await all.InitializeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/methods");
        request.Headers.Add("Origin", "https://anybody.example.org");
        Assert.Equal(
            "*",
            Header(await all.Client.SendAsync(request, TestContext.Current.CancellationToken), "Access-Control-Allow-Origin")
        );
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("exk_reader", 200)]
    public async Task AnAllowedPageSeesAnswersAndRefusals(string? key, int status)
    {
        using var request = SecuredService.Request(HttpMethod.Get, "/api/v1/methods", key);
        request.Headers.Add("Origin", Origin);
        var response = await allowing.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(Origin, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("cross-origin", Header(response, "Cross-Origin-Resource-Policy"));
        foreach (var seen in new[] { "X-Explain-Target", "X-Request-Id", "X-Cache", "Server-Timing", "ETag", "Retry-After" })
            Assert.Contains(seen, Header(response, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Origin)]
    public async Task AnAnswerSaysThatItDependsOnTheOriginWhetherOrNotThereWasOne(string? origin)
    {
        using var request = SecuredService.Request(HttpMethod.Get, "/api/v1/methods", "exk_reader");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        var response = await allowing.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(1, response.Headers.Vary.Count(v => v == "Origin"));
    }

    [Theory]
    [InlineData("GET", "/api/v1/methods", 401)]
    [InlineData("GET", "/api/v1/nothing", 401)]
    [InlineData("POST", Requests.ExplainRoute, 401)]
    [InlineData("GET", "/v2/models/nobody", 401)]
    [InlineData("GET", "/", 200)]
    [InlineData("HEAD", "/docs/api", 200)]
    [InlineData("GET", "/docs/nothing", 404)]
    [InlineData("PUT", "/healthz/live", 401)]
    [InlineData("GET", "/swagger/index.html", 200)]
    [InlineData("GET", "/metrics", 200)]
    [InlineData("OPTIONS", Requests.ExplainRoute, 401)]
    public async Task NoAnswerWithoutAnOriginIsTakenForThatOfAPage(string verb, string path, int status)
    {
        var response = await allowing.Service.Client.SendAsync(path, null, method: new HttpMethod(verb));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(1, response.Headers.Vary.Count(v => v == "Origin"));
    }

    [Theory]
    [InlineData(Origin)]
    [InlineData("https://evil.example.org")]
    public async Task APreflightDependsOnTheOrigin(string origin) =>
        Assert.Equal(1, (await PreflightAsync(origin)).Headers.Vary.Count(v => v == "Origin"));

    [Theory]
    [InlineData("/api/v1/methods")]
    [InlineData("/api/v1/models/nobody")]
    [InlineData("/v2/models/nobody")]
    [InlineData("/healthz/live")]
    public async Task NoHeaderOfARequestComesBack(string path)
    {
        const string mark = "come-back-7f3a";
        using var request = SecuredService.Request(HttpMethod.Get, path, mark, mark);
        foreach (
            var header in new[]
            {
                "X-Request-Id",
                "X-Correlation-Id",
                "Request-Id",
                "Cookie",
                "User-Agent",
                "Referer",
                "Origin",
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "X-Explain-Model",
                "traceparent",
                "tracestate",
                "baggage",
                "If-None-Match",
            }
        )
        {
            request.Headers.TryAddWithoutValidation(header, mark);
        }

        var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(mark, response.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            mark,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Matches("^[0-9a-f]{32}$", Header(response, "X-Request-Id"));
    }

    private Task<HttpResponseMessage> PreflightAsync(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, Requests.ExplainRoute);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "x-api-key, content-type, x-invented");
        return allowing.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    [GeneratedRegex("<script([^>]*)>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex(@"\son[a-z]+\s*=")]
    private static partial Regex Handler();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Source();

    /// <summary>The service with a key and an allowed origin.</summary>
    public sealed class WithOrigin : IAsyncLifetime
    {
        public Service Service { get; } =
            new([("CorsOrigins", $"{Origin},http://localhost:3000"), .. SecuredService.Key(0, "reader", "exk_reader", "models:read")]);

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
