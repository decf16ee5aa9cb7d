using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The view of an explanation that was given: by itself, and in a frame of somebody else's page.</summary>
public sealed class ViewTests(Chromium chromium, ViewTests.Locked locked) : Visit(chromium), IClassFixture<ViewTests.Locked>
{
    private const string Key = "exk_for-the-view";

    [Theory]
    [InlineData(Look.Light, "en-US", "arrow, as demo sees it")]
    [InlineData(Look.Dark, "de-DE", "arrow, so wie demo es sieht")]
    [InlineData(Look.Phone, "en-US", "arrow, as demo sees it")]
    public async Task ALinkShowsWhatWasExplainedToWhoeverHasIt(Look look, string language, string heading)
    {
        var page = await OpenAsync(await locked.ViewAsync("image/png"), look, language);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading })).ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(heading);
        Assert.True(await page.GetByRole(AriaRole.Img).EvaluateAsync<int>("image => image.naturalWidth") > 0);
        foreach (var fact in new[] { "gradcam", "logit", "320 × 240" })
            await Assertions.Expect(page.GetByText(fact)).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
        await page.AssertAccessibleAsync();
        await PictureAsync(page, $"view-{look}");
    }

    [Fact]
    public async Task WhatWasAnsweredInNumbersIsShownWithoutAPicture()
    {
        var page = await OpenAsync(await locked.ViewAsync("application/json"));
        await Assertions.Expect(page.GetByText("The picture itself was not kept")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("gradcam")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Img)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task WhoeverHasAWrongLinkIsToldSoAndMayGiveAKeyInstead()
    {
        Expect("status of 401");
        var address = (await locked.ViewAsync("image/png")).AbsoluteUri;
        var page = await OpenAsync(new Uri(address.Replace("facts=", "facts=A", StringComparison.Ordinal)));
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This link has expired");
        await page.AssertAccessibleAsync();
        await PictureAsync(page, "view-refused");
        await page.GetByLabel("API key").FillAsync(Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "arrow, as demo sees it" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AFrameShowsItOnPagesThatTheSettingsNameAndOnNoOther()
    {
        await using var named = await OtherSite.StartAsync();
        await using var other = await OtherSite.StartAsync();
        await using var kept = await KeptAsync($"--Explain:FrameAncestors={named.Origin}");
        var view = await kept.ViewAsync("image/png");
        foreach (var site in new[] { named, other })
            site.Write($"<!doctype html><html lang=en><title>page</title><iframe title=map width=800 height=500 src='{view}'></iframe>");

        var page = await OpenAsync(named.Address, others: view);
        var heading = page.FrameLocator("iframe").GetByRole(AriaRole.Heading, new() { Name = "arrow, as demo sees it" });
        await Assertions.Expect(heading).ToBeVisibleAsync();
        await PictureAsync(page, "view-frame");

        Expect("frame-ancestors");
        var refused = await OpenAsync(other.Address, others: view);
        await Assertions.Expect(refused.FrameLocator("iframe").GetByRole(AriaRole.Heading)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task ThePageOfTheExampleDoesWhatItSays()
    {
        await using var site = await OtherSite.StartAsync();
        await using var kept = await KeptAsync($"--Explain:CorsOrigins={site.Origin}", $"--Explain:FrameAncestors={site.Origin}");
        var example = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "deploy", "examples", "page.html"),
            TestContext.Current.CancellationToken
        );
        site.Write(example.Replace("http://localhost:8080", kept.Service.Address.OriginalString.TrimEnd('/'), StringComparison.Ordinal));
        var page = await OpenAsync(site.Address, others: kept.Service.Address);
        await Assertions.Expect(page.GetByText("arrow · ")).ToBeVisibleAsync();
        await page.GetByLabel("Opacity").FillAsync("0.2");
        await Assertions.Expect(page.Locator("explain-map canvas")).ToHaveCSSAsync("opacity", "0.2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain, store and show" }).ClickAsync();
        var heading = page.FrameLocator("iframe").GetByRole(AriaRole.Heading, new() { Name = "arrow, as demo sees it" });
        await Assertions.Expect(heading).ToBeVisibleAsync();
        await PictureAsync(page, "example");
    }

    private static async Task<Kept> KeptAsync(params string[] settings)
    {
        var folder = new TemporaryFolder();
        return new Kept(
            await Demo.StartAsync([
                "--Explain:Store:Kind=sqlite",
                $"--Explain:Store:Directory={folder.Path}",
                "--Explain:Store:Pictures=true",
                .. settings,
            ]),
            folder
        );
    }

    /// <summary>A service that takes a key and writes explanations down: one for all tests that need no other settings.</summary>
    public sealed class Locked : IAsyncLifetime
    {
        private Kept? _kept;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync() => _kept = await KeptAsync(Demo.WithKey(Key));

        /// <summary>The address of the view of an explanation that it gives now.</summary>
        public Task<Uri> ViewAsync(string accept) => _kept!.ViewAsync(accept);

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            if (_kept is not null)
                await _kept.DisposeAsync();
        }
    }

    // A service that writes explanations down.
    private sealed record Kept(ServiceProcess Service, TemporaryFolder Folder) : IAsyncDisposable
    {
        // The address of the view of an explanation that it gives now.
        public async Task<Uri> ViewAsync(string accept)
        {
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Demo.Image(), TestContext.Current.CancellationToken));
            body.Headers.ContentType = MediaTypeHeaderValue.Parse("image/png");
            Service.Client.DefaultRequestHeaders.Remove("X-Api-Key");
            Service.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
            Service.Client.DefaultRequestHeaders.Accept.ParseAdd(accept);
            using var answered = await Service.Client.PostAsync("/api/v1/models/demo/explain", body, TestContext.Current.CancellationToken);
            var explanation = answered.Headers.GetValues("X-Explanation").Single();
            Service.Client.DefaultRequestHeaders.Accept.Clear();
            await Service.UntilAsync(explanation);
            using var link = await Service.Client.PostAsync(explanation + "/link", null, TestContext.Current.CancellationToken);
            var document = await link.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            return new Uri(Service.Address, document.GetProperty("view").GetString());
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            Folder.Dispose();
        }
    }
}
