using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The documentation, read in a browser.</summary>
public sealed class DocsTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Theory]
    [InlineData("", Look.Light)]
    [InlineData("api", Look.Dark)]
    [InlineData("methods", Look.Phone)]
    [InlineData("no/such/page", Look.Dark)]
    public async Task EverybodyCanReadAPage(string address, Look look)
    {
        if (address.StartsWith("no/", StringComparison.Ordinal))
            Expect("status of 404");
        var page = await OpenAsync(new Uri((await demo.Service).Address, $"/docs/{address}"), look);
        await PictureAsync(page, $"docs-{address.Replace('/', '-')}-{look}", whole: false);
        await page.AssertAccessibleAsync();
        // The style sheet is there, by whatever address the page has.
        Assert.NotEqual("block", await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('header')).display"));
    }

    [Fact]
    public async Task NoPageIsWiderThanAPhone()
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/docs/"), Look.Phone);
        var links = await page.Locator("#pages > ul > li > a").EvaluateAllAsync<string[]>("links => links.map(a => a.href)");
        Assert.True(links.Length > 20, string.Join(' ', links));
        foreach (var link in links)
        {
            await page.GotoAsync(link);
            var more = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
            Assert.True(more <= 0, $"{link} is {more} pixels too wide");
        }
    }

    [Fact]
    public async Task ALinkLeadsToItsChapterAndTheKeyboardPastTheHead()
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/docs/"));
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByText("To the text")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "about as much as the inference itself" })).ToBeFocusedAsync();
        await page.Locator("#pages").GetByRole(AriaRole.Link, new() { Name = "Deployment", Exact = true }).ClickAsync();
        var chapter = page.Locator("#pages ul ul a").Last;
        await chapter.ClickAsync();
        var heading = page.Locator($"main h2{new Uri(page.Url).Fragment}");
        await Assertions.Expect(heading).ToBeInViewportAsync();
        await Assertions.Expect(heading).ToHaveTextAsync(await chapter.InnerTextAsync());
    }

    [Fact]
    public async Task TheApiDocumentsPageLeadsHere()
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/swagger/index.html"));
        var link = page.GetByRole(AriaRole.Link, new() { Name = "Documentation" });
        Assert.Equal(new Uri((await demo.Service).Address, "/docs/").AbsoluteUri, await link.GetAttributeAsync("href"));
    }
}
