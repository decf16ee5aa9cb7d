using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>Methods that take many passes through the model.</summary>
public sealed class LongMethodTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Fact]
    public async Task AMapGrowsAndIsKeptAsItIsWhenItIsStopped()
    {
        var explain = new MapPage(await OpenAsync((await demo.Service).Address));
        await explain.UploadAsync(Demo.Image());
        await explain.UntilMappedAsync("arrow");
        await explain.ChooseMethodAsync("rise");
        await explain.AgreeAsync();
        await Assertions.Expect(explain.Page.Locator("progress[value]")).ToBeVisibleAsync();
        await explain.Page.AssertAccessibleAsync();
        await PictureAsync(explain.Page, "page-progress");
        await explain.Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Assertions.Expect(explain.Page.Locator("progress")).ToHaveCountAsync(0);
        await Assertions.Expect(explain.Stage).ToHaveAttributeAsync("aria-busy", "false");
    }

    [Fact]
    public async Task AMapThatIsWaitedForIsWhole()
    {
        var explain = new MapPage(await OpenAsync((await demo.Service).Address));
        await explain.UploadAsync(Demo.Image());
        await explain.UntilMappedAsync("arrow");
        await explain.ChooseMethodAsync("scorecam");
        await explain.AgreeAsync();
        await Assertions.Expect(explain.Page.Locator(".history strong").First).ToBeVisibleAsync();
        await explain.UntilMappedAsync("arrow");
        await Assertions.Expect(explain.Alert).ToHaveCountAsync(0);
    }
}
