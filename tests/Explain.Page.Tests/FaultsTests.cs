using Xunit.Sdk;

namespace Explain.Page.Tests;

/// <summary>What every test of a page relies on: nothing that goes wrong is overlooked.</summary>
public sealed class FaultsTests(Chromium chromium)
{
    [Theory]
    [InlineData("<script>console.error('oh')</script>", "oh")]
    [InlineData("<script>throw new Error('ah')</script>", "ah")]
    [InlineData("<img src=/missing.png>", "status of 404")]
    [InlineData("<img src='OTHER'>", "request off the origin")]
    [InlineData("<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>1</script>", "Content Security Policy")]
    public async Task WhatGoesWrongOnAPageIsSeenAndMayBeExpected(string html, string fault)
    {
        await using var site = await OtherSite.StartAsync();
        await using var other = await OtherSite.StartAsync();
        other.Write("/a.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray());
        site.Write($"<!doctype html><title>page</title>{html.Replace("OTHER", $"{other.Origin}/a.svg", StringComparison.Ordinal)}");
        await using var context = await chromium.NewContextAsync(Look.Light.Options("en-US", motion: false));
        var faults = new Faults();
        faults.Watch(context, [site.Origin]);
        var page = await context.NewPageAsync();
        await page.GotoAsync(site.Origin);
        await page.EvaluateAsync("() => console.log('all was heard of')");
        Assert.Contains(fault, Assert.ThrowsAny<XunitException>(faults.Check).Message, StringComparison.Ordinal);
        faults.Expect(fault);
        faults.Check();
        faults.Expect("what never comes");
        Assert.ThrowsAny<XunitException>(faults.Check);
    }
}
