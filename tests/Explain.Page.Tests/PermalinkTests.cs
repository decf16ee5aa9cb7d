using System.Net.Http.Headers;
using Explain.Testing;

namespace Explain.Page.Tests;

/// <summary>Explanations by their permalink, on somebody else's page.</summary>
public sealed class PermalinkTests(Chromium chromium) : Visit(chromium)
{
    [Fact]
    public async Task APageOfAnotherOriginShowsAPermalinkAndReadsItAfterwards()
    {
        using var folder = new TemporaryFolder();
        await using var site = await OtherSite.StartAsync();
        await using var service = await Demo.StartAsync(
            $"--Explain:CorsOrigins={site.Origin}",
            "--Explain:Store:Kind=sqlite",
            $"--Explain:Store:Directory={folder.Path}",
            "--Explain:Store:Pictures=true"
        );
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Demo.Image(), TestContext.Current.CancellationToken));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("image/png");
        using var answered = await service.Client.PostAsync("/api/v1/models/demo/explain", body, TestContext.Current.CancellationToken);
        var permalink = answered.Headers.GetValues("X-Explanation").Single() + "/image";
        await service.UntilAsync(permalink);

        site.Write($"<!doctype html><title>page</title><img src='{service.Address}{permalink[1..]}'>");
        var page = await OpenAsync(site.Address, others: service.Address);
        Assert.True(await page.EvaluateAsync<int>("() => document.images[0].naturalWidth") > 0);
        var bytes = await page.EvaluateAsync<long>("async () => (await (await fetch(document.images[0].src)).arrayBuffer()).byteLength");
        Assert.Equal(answered.Content.Headers.ContentLength, bytes);
    }
}
