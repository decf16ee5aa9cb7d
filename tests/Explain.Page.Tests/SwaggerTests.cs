using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>The page of the API document, used as a reader uses it.</summary>
public sealed class SwaggerTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    private const string Png = "image/png";
    private const string Json = "application/json";

    [Fact]
    public async Task WhatTakesAPictureIsTriedOutWithAFileAlone()
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/swagger/index.html"));
        Assert.Equal(Png, await TryOutAsync(page, "Explain-explain", Demo.Image()));
        Assert.Equal(Png, await TryOutAsync(page, "Explain-compare", Demo.Image()));
        Assert.Equal(Json, await TryOutAsync(page, "Explain-predict", Demo.Image()));
        Assert.Equal(Json, await TryOutAsync(page, "KServe_V1-v1Predict", Demo.Image()));
        Assert.Equal(Json, await TryOutAsync(page, "KServe_V1-v1Explain", Demo.Image()));
        Assert.Equal(Json, await TryOutAsync(page, "TorchServe-torchPredict", Demo.Image()));
        Assert.Equal(Json, await TryOutAsync(page, "TorchServe-torchExplain", Demo.Image()));
    }

    [Fact]
    public async Task WhatTakesADocumentIsTriedOutAsItIs()
    {
        var page = await OpenAsync(new Uri((await demo.Service).Address, "/swagger/index.html"));
        Assert.Equal(Json, await TryOutAsync(page, "Explain-estimate"));
        Assert.Equal(Json, await TryOutAsync(page, "Open_Inference_Protocol-v2Infer"));
        Assert.Equal(Json, await TryOutAsync(page, "Open_Inference_Protocol-v2Explain"));
        Assert.Equal(Json, await TryOutAsync(page, "Open_Inference_Protocol-v2RepositoryIndex"));
    }

    // The media type of what came.
    private static async Task<string> TryOutAsync(IPage page, string operation, string? file = null)
    {
        var block = page.Locator($"#operations-{operation}");
        await block.Locator(".opblock-summary-control").ClickAsync();
        await block.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        if (file is not null)
            await block.Locator("input[type=file]").SetInputFilesAsync(file);
        var answer = await page.RunAndWaitForResponseAsync(
            () => block.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync(),
            response => response.Request.Method == "POST"
        );
        if (answer.Status != 200)
            Assert.Fail($"{operation}: {await answer.TextAsync()}");
        return answer.Headers["content-type"].Split(';')[0];
    }
}
