using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>Whether people who hear a page, or use no mouse, can use it, as far as a program finds out.</summary>
internal static class Axe
{
    private static readonly string[] Grave = ["serious", "critical"];

    /// <summary>Fails for every grave finding of axe-core in the page as it is now.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe();
        Assert.NotEmpty(result.Passes);
        var grave = result
            .Violations.Where(v => Grave.Contains(v.Impact))
            .SelectMany(v => v.Nodes.Select(n => $"{v.Id} ({v.Impact}): {v.Help}: {n.Html}"));
        Assert.True(!grave.Any(), string.Join('\n', grave));
    }
}
