using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The element explain-map, on somebody else's page with a strict policy.</summary>
public sealed class ComponentTests(Chromium chromium, ComponentTests.Open open) : Visit(chromium), IClassFixture<ComponentTests.Open>
{
    private const string Key = "exk_for-the-page";
    private const string Painted = """
        () => {
            const canvas = document.querySelector('explain-map').shadowRoot.querySelector('canvas');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return [...pixels].reduce((sum, value, i) => (sum * 31 + value * (i + 1)) % 1000000007, 0);
        }
        """;

    [Fact]
    public async Task APageOfAnotherOriginShowsAMapAndChangesItsLookWithoutARequest()
    {
        var page = await OpenAsync("target='drop'");
        var map = page.Locator("explain-map");
        await Assertions.Expect(map.GetByText("drop · ")).ToBeVisibleAsync();
        await Assertions.Expect(map.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("alt", "What speaks for drop, as demo sees it");
        Assert.Equal("load demo drop", await page.EvaluateAsync<string>("() => told.join()"));
        await page.AssertAccessibleAsync();
        await PictureAsync(page, "component");

        var before = await page.EvaluateAsync<long>(Painted);
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add(request.Url);
        foreach (var (name, value) in new[] { ("threshold", "0.5"), ("colormap", "viridis"), ("opacity", "0.25") })
            await SetAsync(page, name, value);
        await FrameAsync(page);
        Assert.NotEqual(before, await page.EvaluateAsync<long>(Painted));
        await Assertions.Expect(map.Locator("canvas")).ToHaveCSSAsync("opacity", "0.25");
        Assert.Empty(sent);
    }

    [Fact]
    public async Task AnotherQuestionGivesUpTheOneThatIsNotAnsweredYet()
    {
        var page = await OpenAsync("target='drop'");
        await Assertions.Expect(page.GetByText("drop · ")).ToBeVisibleAsync();
        await page.RouteAsync("**/explain?*target=star*", _ => Task.CompletedTask);
        await page.RunAndWaitForRequestAsync(
            () => SetAsync(page, "target", "star"),
            request => request.Url.Contains("star", StringComparison.Ordinal)
        );
        await Assertions.Expect(page.GetByText("Explaining…")).ToBeVisibleAsync();
        var ended = new TaskCompletionSource<string?>();
        page.RequestFailed += (_, request) =>
        {
            if (request.Url.Contains("star", StringComparison.Ordinal))
                ended.TrySetResult(request.Failure);
        };
        await SetAsync(page, "target", "arrow");
        Assert.Equal("net::ERR_ABORTED", await ended.Task);
        await Assertions.Expect(page.GetByText("arrow · ")).ToBeVisibleAsync();
        Assert.Equal("load demo drop,load demo arrow", await page.EvaluateAsync<string>("() => told.join()"));
    }

    [Fact]
    public async Task TheKeyIsGivenByScriptAndIsInNoMarkup()
    {
        await using var site = await OtherSite.StartAsync();
        await using var service = await Demo.StartAsync([
            "--Explain:Store=none",
            $"--Explain:CorsOrigins={site.Origin}",
            .. Demo.WithKey(Key),
        ]);
        Expect("status of 401");
        var page = await OpenAsync(site, service, "");
        await Assertions.Expect(page.Locator("explain-map").GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        Assert.Equal("error unauthenticated 401", await page.EvaluateAsync<string>("() => told.join()"));
        await page.EvaluateAsync($"() => {{ document.querySelector('explain-map').apiKey = '{Key}'; }}");
        await Assertions.Expect(page.GetByText("arrow · ")).ToBeVisibleAsync();
        Assert.DoesNotContain(Key, await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("opacity", "7", "attribute", "opacity = '7' is not allowed; allowed: a number from 0 to 1", null)]
    [InlineData("colormap", "pink", "attribute", "colormap = 'pink' is not allowed; allowed: ", null)]
    [InlineData("service", "http://", "attribute", "service = 'http://' is not allowed; allowed: an address", null)]
    [InlineData("src", "missing.png", "picture", "missing.png cannot be read: HTTP 404", "status of 404")]
    [InlineData("model", "nobody", "model-not-found", "no model 'nobody' is served", "status of 404")]
    [InlineData("target", "unicorn", "label-not-found", "unicorn", "status of 404")]
    public async Task WhatIsWrongIsSaidOnThePageAndToItsScript(string name, string value, string kind, string message, string? fault)
    {
        if (fault is not null)
            Expect(fault);
        var page = await OpenAsync("");
        await Assertions.Expect(page.GetByText("arrow · ")).ToBeVisibleAsync();
        await SetAsync(page, name, value);
        await Assertions.Expect(page.Locator("explain-map").GetByRole(AriaRole.Alert)).ToContainTextAsync(message);
        Assert.StartsWith($"error {kind} ", await page.EvaluateAsync<string>("() => told.at(-1)"), StringComparison.Ordinal);
        await SetAsync(
            page,
            name,
            name is "src" ? "picture.png"
                : name is "model" ? "demo"
                : ""
        );
        await Assertions.Expect(page.GetByText("arrow · ")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("explain-map").GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task APageGivesItsOwnWordsAndStyles()
    {
        var page = await OpenAsync("alt='Our parcel'", "<b slot=caption>Our words</b>");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "Our parcel" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Our words")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => told.length > 0");
        await Assertions.Expect(page.GetByText("arrow · ")).ToBeHiddenAsync();
        var width = await page.EvaluateAsync<string>(
            "() => getComputedStyle(document.querySelector('explain-map').shadowRoot.querySelector('img')).borderTopWidth"
        );
        Assert.Equal("7px", width);
    }

    private Task<IPage> OpenAsync(string attributes, string inside = "") => OpenAsync(open.Site, open.Service, attributes, inside);

    // The policy allows no inline style, no string as markup, and nobody but the two.
    private async Task<IPage> OpenAsync(OtherSite site, ServiceProcess service, string attributes, string inside = "")
    {
        var origin = service.Address.GetLeftPart(UriPartial.Authority);
        site.Write("/picture.png", "image/png", await File.ReadAllBytesAsync(Demo.Image(), TestContext.Current.CancellationToken));
        site.Write("/page.css", "text/css", "explain-map::part(image) { border-top: 7px solid }"u8.ToArray());
        site.Write(
            "/page.js",
            "text/javascript",
            """
            globalThis.told = [];
            document.addEventListener('explain-map-load', ({ detail: { explanation: e } }) =>
                told.push(`load ${e.model.name} ${e.explanations[0].target.label}`));
            document.addEventListener('explain-map-error', ({ detail: e }) => told.push(`error ${e.kind} ${e.status}`));
            """u8.ToArray()
        );
        site.Write(
            $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' {origin}; style-src 'self';
                img-src 'self'; connect-src 'self' {origin}; require-trusted-types-for 'script'">
            <title>Parcels</title>
            <link rel="stylesheet" href="page.css">
            <script src="page.js"></script>
            <script type="module" src="{origin}/explain-map.js"></script>
            <main><h1>Parcels</h1><explain-map src="picture.png" model="demo" {attributes}>{inside}</explain-map></main>
            """
        );
        return await OpenAsync(site.Address, others: service.Address);
    }

    private static async Task SetAsync(IPage page, string name, string value) =>
        await page.EvaluateAsync(
            "([name, value]) => document.querySelector('explain-map').setAttribute(name, value)",
            new[] { name, value }
        );

    // What is drawn is drawn by then.
    private static async Task FrameAsync(IPage page) => await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");

    /// <summary>A site and the service that its pages may ask without a key.</summary>
    public sealed class Open : IAsyncLifetime
    {
        internal OtherSite Site { get; private set; } = null!;

        internal ServiceProcess Service { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            Site = await OtherSite.StartAsync();
            Service = await Demo.StartAsync("--Explain:Store=none", $"--Explain:CorsOrigins={Site.Origin}");
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            await Site.DisposeAsync();
        }
    }
}
