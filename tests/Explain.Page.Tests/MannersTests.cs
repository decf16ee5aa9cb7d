using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The page for those who use no mouse, read no English, or want things to stand still.</summary>
public sealed class MannersTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    private const string LongestMotion = """
        window.longest = 0;
        const note = () => document.getAnimations().forEach(a =>
            window.longest = Math.max(window.longest, Number(a.effect.getComputedTiming().duration)));
        addEventListener('animationstart', note, true);
        addEventListener('transitionrun', note, true);
        """;

    [Fact]
    public async Task TheKeyboardDoesAll()
    {
        var explain = new MapPage(await OpenAsync((await demo.Service).Address));
        await Assertions.Expect(explain.Page.Locator(".samples img")).Not.ToHaveCountAsync(0);
        await TabToAsync(explain.Page, ".samples button[aria-label='Sample: drop, arrow']");
        await explain.Page.Keyboard.PressAsync("Enter");
        await explain.UntilMappedAsync("arrow");

        await TabToAsync(explain.Page, "#stage");
        await explain.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(explain.Page.Locator(".legend output")).ToContainTextAsync("of the strongest");
        await TabToAsync(explain.Page, "ul.classes li:nth-child(2) button");
        await explain.Page.Keyboard.PressAsync("Enter");
        await explain.UntilMappedAsync(await explain.Bars.Nth(1).Locator(".name").InnerTextAsync());

        await TabToAsync(explain.Page, "button.chosen");
        await explain.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(explain.Page, "dialog[open] button.option:not([aria-pressed=true])");
        await explain.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(explain.Page.Locator("button.chosen")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task GermansReadGerman()
    {
        var page = await OpenAsync((await demo.Service).Address, language: "de-DE");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Wohin hat das Modell geschaut?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Beispiel: drop, arrow" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Das Modell sieht „arrow“.");
        Assert.Equal("de", await page.EvaluateAsync<string>("() => document.documentElement.lang"));
        await Assertions.Expect(page.Locator("#stage")).ToHaveAttributeAsync("aria-busy", "false");
        await PictureAsync(page, "page-german");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Sprache" }).SelectOptionAsync("en");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("The model sees “arrow”.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ThingsMoveForThoseAloneWhoLikeIt(bool motion)
    {
        var explain = new MapPage(await OpenAsync((await demo.Service).Address, motion: motion));
        await explain.Page.EvaluateAsync(LongestMotion);
        await explain.TakeSampleAsync("drop, arrow");
        await explain.UntilMappedAsync("arrow");
        await explain.Bars.Nth(1).ClickAsync();
        await explain.UntilMappedAsync(await explain.Bars.Nth(1).Locator(".name").InnerTextAsync());
        var longest = await explain.Page.EvaluateAsync<double>("() => window.longest");
        Assert.True(motion ? longest > 50 : longest <= 50, $"something moves for {longest} ms");
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) ?? false", selector))
                return;
        }
        Assert.Fail($"the keyboard does not come to {selector}");
    }
}
