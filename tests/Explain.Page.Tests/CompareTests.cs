using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>Two maps of a picture under one pointer, and many at once.</summary>
public sealed class CompareTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Theory]
    [InlineData(Look.Light, "en-US", "Coloured places speak for “triangle”.")]
    [InlineData(Look.Dark, "en-US", "Coloured places speak for “triangle”.")]
    [InlineData(Look.Phone, "de-DE", "Die farbigen Stellen sprechen für „triangle“.")]
    public async Task TwoClassesAreReadAtOnePlaceFromTheKeyboard(Look look, string language, string says)
    {
        var page = await CompareAsync("target", look, language);
        await Assertions.Expect(Side(page, 1)).ToContainTextAsync(says);
        await Frame(page, 0).FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowDown");

        await Assertions.Expect(page.Locator(".hair.across")).ToHaveCountAsync(2);
        var read = await page.Locator(".pane output").AllInnerTextsAsync();
        Assert.All(read, text => Assert.Contains("%", text, StringComparison.Ordinal));
        Assert.NotEqual(read[0], read[1]);
        var places = await page.Locator(".hair").EvaluateAllAsync<string[]>("lines => lines.map(l => l.style.top + l.style.left)");
        Assert.Equal(places[..2], places[2..]);
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
        await page.AssertAccessibleAsync();
        await PictureAsync(page, $"compare-{look}");
    }

    [Fact]
    public async Task APointerOnOneSideIsOnTheOther()
    {
        var page = await CompareAsync("target");
        await Frame(page, 1).HoverAsync();
        await Assertions.Expect(Side(page, 0).Locator(".hair")).ToHaveCountAsync(2);
        await page.Mouse.MoveAsync(0, 0);
        await Assertions.Expect(page.Locator(".hair")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task WhyThisAndNotThatIsAQuestionInWords()
    {
        var page = await CompareAsync("score");
        await Assertions.Expect(Side(page, 1)).ToContainTextAsync("speak for “star” more than for “triangle”");
        var asked = await page.RunAndWaitForRequestAsync(
            () => Picker(page, "Right: Reason").SelectOptionAsync(new SelectOptionValue { Label = "What speaks against “star”?" }),
            request => request.Url.Contains("/explain", StringComparison.Ordinal)
        );
        Assert.Contains("score=counterfactual", asked.Url, StringComparison.Ordinal);
        await Assertions.Expect(Side(page, 1)).ToContainTextAsync("would be surer of “star”");
        Assert.Contains("with=counterfactual", page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("method", "Right: Method", "hirescam")]
    [InlineData("layer", "Right: Layer", "3")]
    public async Task AMethodOrALayerIsPutBesideAnother(string by, string picker, string value)
    {
        var page = await CompareAsync(by);
        var control = Picker(page, picker);
        var asked = await page.RunAndWaitForResponseAsync(
            () => by == "method" ? control.SelectOptionAsync(value) : control.FillAsync(value),
            response => response.Url.Contains("/explain", StringComparison.Ordinal)
        );
        Assert.Equal(200, asked.Status);
        Assert.Contains($"{by}=", asked.Url, StringComparison.Ordinal);
        await Assertions.Expect(Side(page, 1).Locator(".frame")).ToHaveAttributeAsync("aria-busy", "false");
    }

    [Fact]
    public async Task TwoModelsSayEachWhatTheySee()
    {
        using var folder = new TemporaryFolder();
        var other = Directory.CreateDirectory(Path.Combine(folder.Path, "other")).FullName;
        File.Copy(Demo.Model, Path.Combine(other, "model.onnx"));
        await using var service = await Demo.StartAsync("--Explain:Store=none", $"--models={folder.Path}");
        await service.UntilAsync("/api/v1/models/other");
        var page = await CompareAsync("model", of: service);
        await Side(page, 1).Locator(".heat").WaitForAsync();
        await Assertions.Expect(Picker(page, "Right: Model")).ToHaveValueAsync("other");
        await Assertions.Expect(Side(page, 0).Locator(".says strong")).ToHaveTextAsync("star");
        await Assertions.Expect(Side(page, 1).Locator(".says strong")).ToHaveTextAsync("#3");
    }

    [Fact]
    public async Task AModelAloneIsSaidToBeAlone()
    {
        var page = await CompareAsync("model");
        await Assertions.Expect(page.GetByText("This service has one model only")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task TheBestClassesAreDrawnOneAfterTheOtherAndOneOpens()
    {
        var page = await CompareAsync("target");
        await page.GetByText("Best classes").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw 5 maps" }).ClickAsync();
        await Assertions.Expect(page.Locator(".cells .done")).ToHaveCountAsync(5);
        await PictureAsync(page, "classes-Light");
        await page.Locator(".cells button", new() { HasText = "bolt" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The model sees “star”." })).ToBeVisibleAsync();
        Assert.Contains("target=8", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSheetOfMethodsGrowsUntilItIsStoppedAndOneOpens()
    {
        var page = await CompareAsync("target");
        var draw = page.GetByRole(AriaRole.Button, new() { Name = "maps" });
        await draw.ClickAsync();
        await page.Locator(".cells .done").Nth(3).WaitForAsync();
        await page.Locator(".sheet").GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Assertions.Expect(draw).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".cells .working")).ToHaveCountAsync(0);
        Assert.True(await page.Locator(".cells .waiting").CountAsync() > 0);
        await page.AssertAccessibleAsync();
        await PictureAsync(page, "methods-Light");
        await page.Locator(".cells button").Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator(".stage .heat")).ToBeVisibleAsync();
        Assert.Contains("method=cam", page.Url, StringComparison.Ordinal);
    }

    private async Task<IPage> CompareAsync(string by, Look look = Look.Light, string language = "en-US", ServiceProcess? of = null)
    {
        var service = of ?? await demo.Service;
        var address = new Uri(service.Address, $"/#view=compare&model=demo&sample=triangle-and-star.png&by={by}");
        var page = await OpenAsync(address, look, language);
        await Side(page, 0).Locator(".heat").WaitForAsync();
        if (by != "model")
            await Side(page, 1).Locator(".heat").WaitForAsync();
        return page;
    }

    private static ILocator Side(IPage page, int number) => page.Locator(".pane").Nth(number);

    private static ILocator Frame(IPage page, int number) => Side(page, number).Locator(".frame");

    private static ILocator Picker(IPage page, string name) => page.GetByLabel(name, new() { Exact = true });
}
