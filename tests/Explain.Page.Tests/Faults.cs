using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Explain.Page.Tests;

/// <summary>What goes wrong in a browser without anybody seeing it: errors of the console, and requests to others.</summary>
internal sealed class Faults
{
    private readonly ConcurrentQueue<string> _met = [];
    private readonly ConcurrentQueue<string> _expected = [];

    /// <summary>Watches all pages of a browser.</summary>
    /// <param name="context">The browser.</param>
    /// <param name="origins">Who may be asked.</param>
    public void Watch(IBrowserContext context, IReadOnlyCollection<string> origins)
    {
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
                _met.Enqueue($"console: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => _met.Enqueue($"script: {error.Error}");
        context.Request += (_, request) =>
        {
            var asked = new Uri(request.Url);
            if (asked.Scheme is not ("data" or "blob" or "about") && !origins.Contains(asked.GetLeftPart(UriPartial.Authority)))
                _met.Enqueue($"request off the origin: {request.Method} {request.Url}");
        };
    }

    /// <summary>Names one that the test is about: it must come.</summary>
    /// <param name="text">A part of it, as "status of 415".</param>
    public void Expect(string text) => _expected.Enqueue(text);

    /// <summary>Fails unless what came is what was expected.</summary>
    public void Check()
    {
        var wrong = _met.Where(met => !_expected.Any(e => met.Contains(e, StringComparison.Ordinal)))
            .Concat(
                _expected.Where(e => !_met.Any(met => met.Contains(e, StringComparison.Ordinal))).Select(e => $"expected, never came: {e}")
            )
            .ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }
}
