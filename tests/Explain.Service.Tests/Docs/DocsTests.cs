using System.Net;
using System.Text.RegularExpressions;
using Explain.Service.Docs;
using Explain.Testing;

namespace Explain.Service.Tests.Docs;

/// <summary>The documentation, as readers find it at the service.</summary>
public sealed partial class DocsTests(Service service) : IClassFixture<Service>
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    public static TheoryData<string> Pages => [.. DocsSite.Instance.Pages];

    [Fact]
    public void EveryPageOfTheRepositoryIsServed() =>
        Assert.Equal(
            Directory
                .EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Concat(["", "contributing"])
                .Order(StringComparer.Ordinal),
            DocsSite.Instance.Pages.Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task EveryLinkAndPictureOfAPageLeadsSomewhere(string page)
    {
        var address = new Uri(service.Client.BaseAddress!, $"/docs/{page}");
        var html = await TextAsync(address, "text/html");
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(Styled(), html);
        Assert.Contains("aria-current=\"page\"", html, StringComparison.Ordinal);
        var links = Link().Matches(html).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Distinct().ToArray();
        Assert.True(links.Length > DocsSite.Instance.Pages.Count(), $"only {links.Length} links");
        foreach (var link in links.Where(l => l != "data:,").Select(l => new Uri(address, l)).Where(l => l.Host == address.Host))
        {
            var text = await TextAsync(link);
            if (link.Fragment.Length > 0)
                Assert.True(text.Contains($"id=\"{link.Fragment[1..]}\"", StringComparison.Ordinal), $"{page}: no {link}");
        }
    }

    [Fact]
    public async Task ThePagesShowThePicturesOfTheMethods()
    {
        var html = await TextAsync(new Uri(service.Client.BaseAddress!, "/docs/methods"));
        using var picture = await service.Client.GetAsync("/docs/methods/gradcam.webp", TestContext.Current.CancellationToken);
        Assert.Contains("src=\"methods/gradcam.webp\"", html, StringComparison.Ordinal);
        Assert.Equal("image/webp", picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(Checkout.Root, "docs", "methods", "gradcam.webp"),
                TestContext.Current.CancellationToken
            ),
            await picture.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task WhatIsToBePastedCallsTheServiceThatIsRead()
    {
        var html = await TextAsync(new Uri(service.Client.BaseAddress!, "/docs/"));
        Assert.Contains("URL=http://localhost/api/v1/models/demo", html, StringComparison.Ordinal);
        // What is no call is as it was written.
        Assert.Contains("# serves http://localhost:8080", html, StringComparison.Ordinal);
        Assert.DoesNotContain(DocsReader.OwnAddress, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstPageIsBelowItsFolder()
    {
        using var answer = await service.Client.SendAsync("/docs", null, method: HttpMethod.Get);
        Assert.Equal("/docs/", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task APageIsSentAgainOnlyWhenItIsAnother()
    {
        using var first = await service.Client.SendAsync("/docs/api", null, method: HttpMethod.Get);
        Assert.True(first.Headers.CacheControl!.NoCache);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/docs/api");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await service.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/docs/nothing")]
    [InlineData("/docs/api/")]
    [InlineData("/docs/api.md")]
    [InlineData("/docs/methods/nothing.webp")]
    public async Task WhatIsNotThereIsAPageToBrowsersAndAProblemToClients(string path)
    {
        await (await service.Client.SendAsync(path, null, "application/json", HttpMethod.Get)).ProblemAsync(404, "not-found");
        using var page = await service.Client.SendAsync(path, null, Browser, HttpMethod.Get);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("Accept", page.Headers.Vary);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("<h1>No such page</h1>", html, StringComparison.Ordinal);
        var style = html[html.IndexOf("stylesheet", StringComparison.Ordinal)..];
        Assert.Equal("/docs/docs.css", new Uri(page.RequestMessage!.RequestUri!, Link().Match(style).Groups[1].Value).AbsolutePath);
    }

    private async Task<string> TextAsync(Uri address, string? type = null)
    {
        using var answer = await service.Client.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode}");
        if (type is not null)
            Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("<[^>]*\\sstyle=", RegexOptions.IgnoreCase)]
    private static partial Regex Styled();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Link();
}
