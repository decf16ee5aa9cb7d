using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Explain.Page.Tests.Chromium))]

namespace Explain.Page.Tests;

/// <summary>The browser, without a window: one for all tests, started when the first asks for it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    // A machine may have much else to do.
    private const int Patience = 30_000;

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>A browser as somebody has it who was never here: no cookies, nothing kept.</summary>
    /// <remarks>Skips the test where there is no browser.</remarks>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        Assert.SkipUnless(File.Exists(Program), "needs Chromium: apt-get install chromium");
        var (_, browser) = await _started.Value;
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated)
            return;
        var (driver, browser) = await _started.Value;
        await browser.DisposeAsync();
        driver.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox"] });
        return (driver, browser);
    }
}
