using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>
/// A test that looks at pages. When it is over it fails, too, for any error in the console and any request off the service's origin.
/// </summary>
public abstract class Visit(Chromium chromium) : IAsyncDisposable
{
    /// <summary>Where pictures of pages are kept to be looked at.</summary>
    public static readonly string Pictures = Path.Combine(Checkout.Root, "artifacts", "screenshots");

    private readonly Faults _faults = new();
    private readonly List<IBrowserContext> _contexts = [];

    /// <summary>Opens a page in a browser of its own and waits until all of it is there.</summary>
    /// <param name="address">Whose origin may be asked.</param>
    /// <param name="look">In which surroundings.</param>
    /// <param name="language">What the reader reads.</param>
    /// <param name="motion">Whether things may move.</param>
    /// <param name="others">Further origins that may be asked.</param>
    protected async Task<IPage> OpenAsync(
        Uri address,
        Look look = Look.Light,
        string language = "en-US",
        bool motion = false,
        params Uri[] others
    )
    {
        var context = await chromium.NewContextAsync(look.Options(language, motion));
        _contexts.Add(context);
        _faults.Watch(context, [.. others.Append(address).Select(a => a.GetLeftPart(UriPartial.Authority))]);
        var page = await context.NewPageAsync();
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>Names an error of the console that must come: the test is about it.</summary>
    /// <param name="text">A part of it, as "status of 415".</param>
    protected void Expect(string text) => _faults.Expect(text);

    /// <summary>Keeps a picture of the page as it is now.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">What is seen, as the name of a file.</param>
    /// <param name="whole">Whether what is to be scrolled to is in it.</param>
    protected static Task PictureAsync(IPage page, string name, bool whole = true) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = whole });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            var name = $"failed-{GetType().Name}-{TestContext.Current.TestMethod?.MethodName}";
            foreach (var page in _contexts.SelectMany(c => c.Pages))
                await PictureAsync(page, name);
        }
        foreach (var context in _contexts)
            await context.DisposeAsync();
        _faults.Check();
    }
}
