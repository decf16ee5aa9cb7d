using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>What is behind a map: its channels, and whether the score follows it.</summary>
public sealed class DepthTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Theory]
    [InlineData(Look.Light)]
    [InlineData(Look.Dark)]
    [InlineData(Look.Phone)]
    public async Task TheChannelsThatWeighMostAreShownWithTheirWeights(Look look)
    {
        var page = await ExplainedAsync(look);
        await page.GetByText("The channels that made this map").ClickAsync();
        await Assertions.Expect(page.Locator(".channels figure")).ToHaveCountAsync(10);
        await Assertions.Expect(page.Locator(".channels .heat").First).ToBeVisibleAsync();
        var weights = await page.Locator(".channels small").AllInnerTextsAsync();
        Assert.StartsWith("0.0", weights[0], StringComparison.Ordinal);
        Assert.StartsWith("-0.0", weights[^1], StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
        await PictureAsync(page, $"channels-{look}");
    }

    [Theory]
    [InlineData(Look.Light)]
    [InlineData(Look.Dark)]
    [InlineData(Look.Phone)]
    public async Task ASliderTakesPixelsAwayAndTheScoreFallsWithoutARequest(Look look)
    {
        var page = await ExplainedAsync(look);
        await page.GetByText("Is this map true?").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Measure this map" }).ClickAsync();
        var slider = page.Locator(".faithful input[type=range]");
        await slider.WaitForAsync();
        var requests = 0;
        page.Request += (_, _) => requests++;

        await slider.FillAsync("0");
        await Assertions.Expect(page.GetByText("Without them: 99.9%")).ToBeVisibleAsync();
        Assert.True(await ColoursAsync(page) > 100);
        await slider.FillAsync("6");
        await Assertions
            .Expect(page.GetByText("The whole picture gets 99.9% for “star”. Without its 20% most coloured pixels"))
            .ToBeVisibleAsync();
        await PictureAsync(page, $"faithfulness-{look}");
        await slider.FillAsync("30");
        await Assertions.Expect(page.GetByText("Them alone: 99.9%")).ToBeVisibleAsync();
        Assert.Equal(1, await ColoursAsync(page));
        Assert.Equal(0, requests);
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task AQuestionInWordsIsAskedOfTheMapItself()
    {
        var page = await ExplainedAsync(Look.Light);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Question" }).SelectOptionAsync("contrast:2");
        await Assertions.Expect(page.Locator(".verdict")).ToContainTextAsync("speak for “star” more than for “triangle”");
        Assert.Contains("score=contrast", page.Url, StringComparison.Ordinal);
    }

    private async Task<IPage> ExplainedAsync(Look look)
    {
        var address = new Uri((await demo.Service).Address, "/#model=demo&sample=triangle-and-star.png");
        var page = await OpenAsync(address, look);
        await page.Locator(".stage .heat").WaitForAsync();
        return page;
    }

    // Of the picture without its pixels.
    private static Task<int> ColoursAsync(IPage page) =>
        page.Locator(".erased canvas")
            .First.EvaluateAsync<int>(
                "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
            );
}
