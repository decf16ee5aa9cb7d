using System.Globalization;
using Explain.Testing;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>
/// What the page costs, printed; nothing is demanded of a machine that has other work:
/// <c>Explain.Page.Tests -explicit only -showLiveOutput</c>.
/// </summary>
public sealed class PageCost(Chromium chromium, ITestOutputHelper output) : Visit(chromium)
{
    private const int Times = 15;

    // From the drop to the frame after the one in which the map was drawn.
    private const string Drop = """
        async picture => {
            const bytes = Uint8Array.from(atob(picture), c => c.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], 'picture.png', { type: 'image/png' }));
            const begin = performance.now();
            document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
            const frame = () => new Promise(requestAnimationFrame);
            while (!document.querySelector('#stage canvas.heat')) await frame();
            await frame();
            return performance.now() - begin;
        }
        """;

    private const string Drag = """
        async () => {
            const slider = document.querySelector('section[aria-labelledby=look] input[type=range]');
            const gaps = [];
            let last = performance.now();
            for (let i = 0; i < 120; i++) {
                slider.value = `${0.5 + 0.5 * Math.sin(i / 10)}`;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                const now = await new Promise(requestAnimationFrame);
                gaps.push(now - last);
                last = now;
            }
            return gaps.slice(1);
        }
        """;

    [Theory(Explicit = true)]
    [InlineData("demo")]
    [InlineData("squeezenet1.1")]
    public async Task FromADropToTheFirstMap(string model)
    {
        var shared = SharedData.Root is null ? [] : new[] { $"--Explain:ModelsDirectory={SharedData.Path("models")}" };
        Assert.SkipUnless(model == "demo" || shared.Length > 0, SharedData.Missing);
        await using var service = await Demo.StartAsync(["--Explain:Store=none", "--Explain:Cache:SizeBytes=0", .. shared]);
        var picture = Convert.ToBase64String(await File.ReadAllBytesAsync(Demo.Image(), TestContext.Current.CancellationToken));
        var page = await OpenAsync(new Uri(service.Address, $"/#model={model}"));
        var times = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            await page.ReloadAsync();
            await Assertions.Expect(page.Locator(".samples img")).Not.ToHaveCountAsync(0);
            times.Add(await page.EvaluateAsync<double>(Drop, picture));
        }
        Say($"{model}: drop to first map {Median(times):0} ms, fastest {times.Min():0} ms, of {Times}");

        var gaps = await page.EvaluateAsync<double[]>(Drag);
        Say($"{model}: {1000 / gaps.Average():0} frames a second while the opacity is dragged, longest gap {gaps.Max():0} ms");
    }

    [Fact(Explicit = true)]
    public async Task BytesOfThePage()
    {
        await using var service = await Demo.StartAsync("--Explain:Store=none");
        var page = await OpenAsync(service.Address);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var sizes = await page.EvaluateAsync<double[]>(
            """
            () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .filter(e => e.entryType === 'navigation' || /[.](js|css)$/.test(e.name))
                .map(e => e.encodedBodySize)
            """
        );
        Say($"page: {sizes.Sum() / 1000:0.0} kB compressed, in {sizes.Length} files");
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Times / 2);
}
