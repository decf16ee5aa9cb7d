using System.Net;
using System.Net.Http.Headers;
using Explain.Service.Page;
using Explain.Service.Tests.Security;

namespace Explain.Service.Tests.Page;

/// <summary>The page, its files and the component, as browsers and pages of others ask for them.</summary>
public sealed class PageTests(Service service, SecuredService secured) : IClassFixture<Service>, IClassFixture<SecuredService>
{
    private const string Chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    private const string Alive = """{"status":"alive"}""";

    [Theory]
    [InlineData(Chromium, true)]
    [InlineData("text/html", true)]
    [InlineData("text/*", true)]
    [InlineData("application/json;q=0.5, text/html;q=0.6", true)]
    [InlineData("application/json, text/html;q=0.9", false)]
    [InlineData("text/html, application/json", false)]
    [InlineData("text/html;q=0", false)]
    [InlineData("*/*", false)]
    [InlineData("application/json", false)]
    [InlineData("image/png", false)]
    [InlineData("no media type", false)]
    [InlineData(null, false)]
    public async Task WhoeverPrefersHtmlGetsThePageAndAllOthersThatTheServerLives(string? accept, bool page)
    {
        using var answer = await GetAsync(service.Client, "/", accept);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(page ? "text/html; charset=utf-8" : "application/json; charset=utf-8", $"{answer.Content.Headers.ContentType}");
        Assert.Contains("Accept", answer.Headers.Vary);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (page)
            Assert.StartsWith("<!doctype html>", text, StringComparison.OrdinalIgnoreCase);
        else
            Assert.Equal(Alive, text);
    }

    [Fact]
    public async Task ThePageIsAskedForAnewAndSentWhenItIsAnother()
    {
        using var first = await GetAsync(service.Client, "/", Chromium);
        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.NotNull(first.Headers.ETag);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.Accept.ParseAdd(Chromium);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag);
        using var second = await service.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Contains("Accept", second.Headers.Vary);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ThePageLoadsNothingButWhatTheServiceHasAndIsShownInNoFrame()
    {
        using var answer = await GetAsync(service.Client, "/", Chromium);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
    }

    [Fact]
    public async Task EveryFileOfThePageIsThereForAYear()
    {
        foreach (var path in PageFile.Paths.Where(p => p.StartsWith("assets/", StringComparison.Ordinal)))
        {
            using var answer = await GetAsync(service.Client, $"/{path}", null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", $"{answer.Headers.CacheControl}");
            var known =
                path.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript"
                : path.EndsWith(".css", StringComparison.Ordinal) ? "text/css"
                : answer.Content.Headers.ContentType?.MediaType;
            Assert.Equal(known, answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(PageFile.Find(path)!.Content, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("/assets/nothing.js")]
    [InlineData("/assets/..%2Findex.html")]
    [InlineData("/assets/%2e%2e/index.html")]
    [InlineData("/assets/index.html")]
    public async Task WhatIsNoFileOfThePageIsNotThere(string path) =>
        await (await GetAsync(service.Client, path, Chromium)).ProblemAsync(404, "not-found");

    [Theory]
    [InlineData(null)]
    [InlineData("https://anybody.example.org")]
    public async Task PagesOfAllOriginsMayLoadTheComponent(string? origin)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/explain-map.js");
        if (origin is not null)
            ask.Headers.Add("Origin", origin);
        using var answer = await service.Client.SendAsync(ask, TestContext.Current.CancellationToken);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("cross-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.True(answer.Headers.CacheControl!.NoCache);
        Assert.NotNull(answer.Headers.ETag);
    }

    [Fact]
    public async Task ThePageNeedsNoKey()
    {
        foreach (var path in new[] { "/", "/explain-map.js" })
        {
            using var answer = await GetAsync(secured.Client, path, Chromium);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task ThePageIsCompressedForThoseWhoTakeThat()
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/explain-map.js");
        ask.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var answer = await service.Client.SendAsync(ask, TestContext.Current.CancellationToken);
        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string? accept) =>
        client.SendAsync(path, null, accept, HttpMethod.Get);
}
