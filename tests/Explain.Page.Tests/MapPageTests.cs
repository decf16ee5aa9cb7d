using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>From a picture to its map, and what can be changed then.</summary>
public sealed class MapPageTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Theory]
    [InlineData(Look.Light)]
    [InlineData(Look.Dark)]
    [InlineData(Look.Phone)]
    public async Task APictureBecomesBarsAndAMap(Look look)
    {
        var service = await demo.Service;
        var explain = new MapPage(await OpenAsync(service.Address, look));
        await Assertions.Expect(explain.Page.Locator(".samples img")).Not.ToHaveCountAsync(0);
        await PictureAsync(explain.Page, $"page-welcome-{look}");
        await explain.Page.AssertAccessibleAsync();

        await explain.UploadAsync(Demo.Image());
        var best = await PredictedAsync(service.Client);
        await explain.UntilMappedAsync(best[0].Label);
        await Assertions.Expect(explain.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync($"“{best[0].Label}”");
        await Assertions.Expect(explain.Bars.First).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal(best.Select(b => b.Label), await explain.Bars.Locator(".name").AllInnerTextsAsync());
        var pixels = await explain.PixelsAsync(best[0].Label);
        Assert.True(pixels.Min() > 0.01 * pixels.Sum(), $"{pixels[0]} coloured pixels, {pixels[1]} without colour");
        await PictureAsync(explain.Page, $"page-map-{look}");
        await explain.Page.AssertAccessibleAsync();
        var more = await explain.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        Assert.True(more <= 0, $"the page is {more} pixels too wide");
    }

    [Fact]
    public async Task AClassIsClickedOrSearched()
    {
        var explain = await WithMapAsync();
        var label = await explain.Bars.Nth(1).Locator(".name").InnerTextAsync();
        await explain.Bars.Nth(1).ClickAsync();
        await explain.UntilMappedAsync(label);
        await Assertions.Expect(explain.Bars.Nth(1)).ToHaveAttributeAsync("aria-pressed", "true");

        await explain.Page.GetByRole(AriaRole.Combobox, new() { Name = "Search any class" }).FillAsync("sta");
        await explain.Page.GetByRole(AriaRole.Option, new() { Name = "star" }).ClickAsync();
        await explain.UntilMappedAsync("star");
    }

    [Fact]
    public async Task AMethodAndALayerAreAskedFor()
    {
        var explain = await WithMapAsync();
        var asked = Questions(explain.Page);
        await explain.ChooseMethodAsync("hirescam");
        await explain.UntilMappedAsync("arrow");
        Assert.Contains("method=hirescam", asked.Single(), StringComparison.Ordinal);

        var slider = explain.Page.GetByRole(AriaRole.Slider, new() { Name = "Layer" });
        var usual = await slider.GetAttributeAsync("aria-valuetext");
        await slider.FillAsync("0");
        await Assertions.Expect(slider).Not.ToHaveAttributeAsync("aria-valuetext", usual!);
        await explain.UntilMappedAsync("arrow");
        var layer = await slider.GetAttributeAsync("aria-valuetext");
        Assert.Contains($"layer={Uri.EscapeDataString(layer!)}", asked.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpacityThresholdAndColoursAskNothing()
    {
        var explain = await WithMapAsync();
        var asked = Questions(explain.Page);
        var before = await explain.PixelsAsync("arrow");
        await explain.Page.GetByRole(AriaRole.Slider, new() { Name = "Hide weaker than" }).FillAsync("0.8");
        await explain.Page.WaitForFunctionAsync(
            """
            before => {
                const canvas = document.querySelector('#stage canvas');
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return data.filter((v, i) => i % 4 === 3 && v > 0).length < before / 2;
            }
            """,
            before[0]
        );
        await explain.Page.GetByRole(AriaRole.Slider, new() { Name = "Opacity" }).FillAsync("0.25");
        await Assertions.Expect(explain.MapOf("arrow")).ToHaveCSSAsync("opacity", "0.25");
        await explain.Page.GetByRole(AriaRole.Combobox, new() { Name = "Colours" }).SelectOptionAsync("viridis");
        await explain.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Boxes" }).CheckAsync();
        Assert.Empty(asked);
    }

    [Fact]
    public async Task ALinkShowsTheSameToSomebodyElse()
    {
        var explain = new MapPage(await OpenAsync((await demo.Service).Address));
        await explain.TakeSampleAsync("drop, arrow");
        await explain.UntilMappedAsync("arrow");
        await explain.ChooseMethodAsync("layercam");
        await explain.Bars.Nth(1).ClickAsync();
        var label = await explain.Bars.Nth(1).Locator(".name").InnerTextAsync();
        await explain.UntilMappedAsync(label);

        var other = new MapPage(await OpenAsync(new Uri(explain.Page.Url)));
        await other.UntilMappedAsync(label);
        await Assertions.Expect(other.Page.Locator("button.chosen strong")).ToHaveTextAsync("layercam");
        Assert.Equal(await explain.PixelsAsync(label), await other.PixelsAsync(label));
    }

    private async Task<MapPage> WithMapAsync()
    {
        var explain = new MapPage(await OpenAsync((await demo.Service).Address));
        await explain.UploadAsync(Demo.Image());
        await explain.UntilMappedAsync("arrow");
        return explain;
    }

    private static ConcurrentQueue<string> Questions(IPage page)
    {
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(request.Url);
        return asked;
    }

    private static async Task<(string Label, double Probability)[]> PredictedAsync(HttpClient client)
    {
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Demo.Image(), TestContext.Current.CancellationToken));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("image/png");
        using var answer = await client.PostAsync("/api/v1/models/demo/predict", body, TestContext.Current.CancellationToken);
        var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return
        [
            .. document
                .RootElement.GetProperty("predictions")
                .EnumerateArray()
                .Select(p => (p.GetProperty("label").GetString()!, p.GetProperty("probability").GetDouble())),
        ];
    }
}
