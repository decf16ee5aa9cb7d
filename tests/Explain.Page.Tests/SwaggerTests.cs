using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The page of the API document, used as a reader uses it.</summary>
public sealed class SwaggerTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Theory]
    [InlineData("explain", "image/png")]
    [InlineData("compare", "image/png")]
    [InlineData("predict", "application/json")]
    public async Task AnOperationIsTriedOutWithAFileAlone(string operation, string type)
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/swagger/index.html"));
        var block = page.Locator($"#operations-Explain-{operation}");
        await block.Locator(".opblock-summary-control").ClickAsync();
        await block.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await block.Locator(".parameters input[placeholder=model]").FillAsync("demo");
        await block.Locator("input[type=file]").SetInputFilesAsync(Demo.Image());
        var answer = await page.RunAndWaitForResponseAsync(
            () => block.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync(),
            response => response.Request.Method == "POST"
        );
        Assert.True(answer.Status == 200, await answer.TextAsync());
        Assert.Equal(type, answer.Headers["content-type"].Split(';')[0]);
    }
}
