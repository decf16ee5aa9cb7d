using System.Security.Cryptography;
using System.Text;
using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>What people are told when something is not as it should be.</summary>
public sealed class RefusalTests(Chromium chromium, Demo demo) : Visit(chromium)
{
    [Fact]
    public async Task AFileThatIsNoPictureIsCalledThat()
    {
        using var folder = new TemporaryFolder();
        var text = Path.Combine(folder.Path, "notes.txt");
        var lying = Path.Combine(folder.Path, "notes.png");
        await File.WriteAllTextAsync(text, "only text", TestContext.Current.CancellationToken);
        File.Copy(text, lying);
        var explain = new MapPage(await OpenAsync((await demo.Service).Address));
        await explain.UploadAsync(text);
        await Assertions.Expect(explain.Alert).ToContainTextAsync("cannot read that file as a picture");
        await explain.Page.AssertAccessibleAsync();

        Expect("status of 415");
        await explain.UploadAsync(lying);
        await Assertions.Expect(explain.Alert).ToContainTextAsync("Not an accepted kind of content");
        await explain.Page.AssertAccessibleAsync();
        await PictureAsync(explain.Page, "page-refusal");

        // And the page goes on.
        await explain.UploadAsync(Demo.Image());
        await explain.UntilMappedAsync("arrow");
        await Assertions.Expect(explain.Alert).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task AFileThatIsTooLargeIsNotSent()
    {
        await using var service = await Demo.StartAsync("--Explain:Store=none", "--Explain:MaxImageBytes=1024");
        var explain = new MapPage(await OpenAsync(service.Address));
        // What it loads by itself is there, before the service goes.
        await explain.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var sent = 0;
        explain.Page.Request += (_, request) => sent += request.Method == "POST" ? 1 : 0;
        await explain.UploadAsync(Demo.Image());
        await Assertions.Expect(explain.Alert).ToContainTextAsync("this service takes");
        Assert.Equal(0, sent);
    }

    [Fact]
    public async Task AServiceWithoutAReadyModelSaysSo()
    {
        using var models = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(models.Path, "broken"));
        await File.WriteAllTextAsync(Path.Combine(models.Path, "broken", "model.onnx"), "none", TestContext.Current.CancellationToken);
        await using var service = await Demo.StartAsync(
            "--Explain:Store=none",
            "--Explain:DemoModel=false",
            $"--Explain:ModelsDirectory={models.Path}"
        );
        var page = await OpenAsync(service.Address);
        await Assertions.Expect(page.GetByText("No model is ready yet.")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync();
    }

    [Fact]
    public async Task AKeyIsAskedForAndKeptInTheTabAlone()
    {
        const string key = "exk_for-the-page";
        await using var service = await Demo.StartAsync(
            "--Explain:Store=none",
            "--Explain:ApiKeys:0:Name=page",
            $"--Explain:ApiKeys:0:Hash=sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}",
            "--Explain:ApiKeys:0:Scopes=explain,predict,models:read"
        );
        Expect("status of 401");
        var explain = new MapPage(await OpenAsync(service.Address));
        var dialog = explain.Page.GetByRole(AriaRole.Dialog, new() { Name = "This service needs a key" });
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await PictureAsync(explain.Page, "page-key");
        await explain.Page.AssertAccessibleAsync();
        await dialog.GetByLabel("API key").FillAsync("exk_wrong");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await dialog.GetByLabel("API key").FillAsync(key);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Use it" }).ClickAsync();
        await explain.TakeSampleAsync("drop, arrow");
        await explain.UntilMappedAsync("arrow");

        await explain.Page.ReloadAsync();
        await explain.UntilMappedAsync("arrow");
        Assert.Equal([key], await explain.Page.EvaluateAsync<string[]>("() => Object.values({ ...sessionStorage })"));
        Assert.Equal(0, await explain.Page.EvaluateAsync<int>("() => localStorage.length + document.cookie.length"));
        Assert.DoesNotContain(key, explain.Page.Url, StringComparison.Ordinal);
        var another = await explain.Page.Context.NewPageAsync();
        await another.GotoAsync(service.Address.AbsoluteUri);
        await Assertions.Expect(another.GetByRole(AriaRole.Dialog, new() { Name = "This service needs a key" })).ToBeVisibleAsync();
    }
}
