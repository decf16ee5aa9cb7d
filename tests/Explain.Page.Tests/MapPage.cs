using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The page with one picture and its map, as people use it who read English.</summary>
/// <param name="Page">The page in the browser.</param>
internal sealed record MapPage(IPage Page)
{
    /// <summary>The picture with all that lies over it.</summary>
    public ILocator Stage => Page.Locator("#stage");

    /// <summary>The classes as bars.</summary>
    public ILocator Bars => Page.GetByRole(AriaRole.Region, new() { Name = "What it could be" }).Locator("ul.classes button");

    /// <summary>What went wrong.</summary>
    public ILocator Alert => Page.GetByRole(AriaRole.Alert);

    /// <summary>The map of a class.</summary>
    public ILocator MapOf(string label) => Stage.GetByRole(AriaRole.Img, new() { Name = $"Map of what speaks for {label}", Exact = true });

    /// <summary>Picks a file.</summary>
    public Task UploadAsync(string file) => Page.Locator("input[type=file]").First.SetInputFilesAsync(file);

    /// <summary>Starts with a sample.</summary>
    public Task TakeSampleAsync(string objects) => Page.GetByRole(AriaRole.Button, new() { Name = $"Sample: {objects}" }).ClickAsync();

    /// <summary>Waits until the map of a class is there and nothing is being asked.</summary>
    public async Task UntilMappedAsync(string label)
    {
        await Assertions.Expect(MapOf(label)).ToBeVisibleAsync();
        await Assertions.Expect(Stage).ToHaveAttributeAsync("aria-busy", "false");
    }

    /// <summary>Takes another method.</summary>
    public async Task ChooseMethodAsync(string method)
    {
        await Page.Locator("button.chosen").ClickAsync();
        await Page.GetByRole(AriaRole.Dialog)
            .Locator("button.option")
            .Filter(new() { Has = Page.GetByText(method, new() { Exact = true }) })
            .ClickAsync();
    }

    /// <summary>Starts what the page wants a person to start, as it may take long on this machine.</summary>
    public async Task AgreeAsync()
    {
        var start = Page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Assertions.Expect(start.Or(Page.GetByRole(AriaRole.Progressbar))).ToBeVisibleAsync();
        if (await start.IsVisibleAsync())
            await start.ClickAsync();
    }

    /// <summary>How many pixels of the map have a colour, and how many have none.</summary>
    public Task<int[]> PixelsAsync(string label) =>
        MapOf(label)
            .EvaluateAsync<int[]>(
                """
                canvas => {
                    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                    const seen = data.filter((v, i) => i % 4 === 3 && v > 0).length;
                    return [seen, data.length / 4 - seen];
                }
                """
            );
}
