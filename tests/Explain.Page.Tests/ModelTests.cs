using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>One model at a glance.</summary>
public sealed class ModelTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Theory]
    [InlineData(Look.Light, "en-US", "Every operator between picture and score has a gradient.")]
    [InlineData(Look.Dark, "en-US", "Every operator between picture and score has a gradient.")]
    [InlineData(Look.Phone, "de-DE", "Jeder Operator zwischen Bild und Wert hat einen Gradienten.")]
    public async Task AModelIsShownWithAllThatIsKnownOfIt(Look look, string language, string gradients)
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/#view=model&model=demo"), look, language);
        await Assertions.Expect(page.GetByText(gradients)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("2a36aeef6c78ebc8")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("the last feature map before the head").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".strip li")).ToHaveCountAsync(24);
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
        await page.AssertAccessibleAsync();
        await PictureAsync(page, $"model-{look}");
    }

    [Fact]
    public async Task LabelsAreSearchedAndAClickExplainsOne()
    {
        var page = await SampleAsync();
        await page.Locator(".labels input").FillAsync("tri");
        await Assertions.Expect(page.GetByText("1 class", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "triangle" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdict")).ToContainTextAsync("“triangle” gets 99.8%");
    }

    [Fact]
    public async Task ThePictureIsDrawnAtEachLayerAndOneOfThemOpens()
    {
        var page = await SampleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw the map at each layer" }).ClickAsync();
        await page.Locator(".strip .done").Nth(23).WaitForAsync();
        await PictureAsync(page, "layers-Light");
        await page.Locator(".strip button").Nth(5).ClickAsync();
        var name = await page.Locator(".layer-shown code").InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain at this layer" }).ClickAsync();
        await page.Locator(".stage .heat").WaitForAsync();
        Assert.Contains($"layer={Uri.EscapeDataString(name)}", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AModelIsSentFromThePageAndABadOneIsRefusedInWords()
    {
        Expect("status of 422");
        using var folder = new TemporaryFolder();
        string[] settings = ["--Explain:Store=none", "--Explain:OpenAdmin=true", $"--Explain:Uploads={folder.Path}"];
        await using var service = await Demo.StartAsync(settings);
        var page = await OpenAsync(new Uri(service.Address, "/#view=model&model=demo"));
        var send = page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true });
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("net");
        await page.GetByLabel("Model (.onnx)").SetInputFilesAsync(Demo.Image());
        await send.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.GetByLabel("Model (.onnx)").SetInputFilesAsync(Demo.Model);
        await send.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "net", Exact = true })).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task WhereNoModelsAreTakenThereIsNoFormForThem()
    {
        var page = await SampleAsync();
        await Assertions.Expect(page.Locator(".can")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".upload")).ToHaveCountAsync(0);
    }

    private async Task<IPage> SampleAsync()
    {
        var address = new Uri((await demo.Service).Address, "/#view=model&model=demo&sample=triangle-and-star.png");
        var page = await OpenAsync(address);
        await page.Locator(".strip").WaitForAsync();
        return page;
    }
}
