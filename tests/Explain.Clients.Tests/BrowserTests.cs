using System.Globalization;
using System.Text.Json;
using Explain.Testing;

namespace Explain.Clients.Tests;

/// <summary>What people do with a browser: Chromium, without a window.</summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData("explain", "image/png")]
    [InlineData("compare", "image/png")]
    [InlineData("predict", "application/json")]
    public async Task TheDocumentsPageTriesAnOperationOutWithAFileAlone(string operation, string type)
    {
        NodeProgram.RequireBrowser();
        await using var service = await Served.StartAsync();
        var answer = await AskAsync("swagger.mjs", service.Address.OriginalString, operation, Served.Image);
        Assert.True(answer.GetProperty("status").GetInt32() == 200, answer.GetRawText());
        Assert.Equal(type, answer.GetProperty("type").GetString()!.Split(';')[0]);
        Assert.Empty(answer.GetProperty("faults").EnumerateArray());
    }

    [Fact]
    public async Task APageOfAnotherOriginShowsAPermalinkAndReadsItAfterwards()
    {
        NodeProgram.RequireBrowser();
        using var folder = new TemporaryFolder();
        var port = Ports.Free().ToString(CultureInfo.InvariantCulture);
        await using var service = await Served.StartAsync(
            $"--Explain:CorsOrigins=http://127.0.0.1:{port}",
            "--Explain:Store:Kind=sqlite",
            $"--Explain:Store:Directory={folder.Path}",
            "--Explain:Store:Pictures=true"
        );
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Served.Image, TestContext.Current.CancellationToken));
        body.Headers.Add("Content-Type", "image/png");
        using var answered = await service.Client.PostAsync("/api/v1/models/demo/explain", body, TestContext.Current.CancellationToken);
        var permalink = answered.Headers.GetValues("X-Explanation").Single() + "/image";
        await service.UntilAsync(permalink);

        var got = await AskAsync("permalink.mjs", service.Address + permalink[1..], port);
        Assert.True(got.TryGetProperty("status", out var status) && status.GetInt32() == 200, got.GetRawText());
        Assert.True(got.GetProperty("width").GetInt32() > 0, got.GetRawText());
        Assert.Equal(answered.Content.Headers.ContentLength, got.GetProperty("bytes").GetInt64());
    }

    private static async Task<JsonElement> AskAsync(string program, params string[] arguments) =>
        JsonDocument.Parse(await NodeProgram.RunAsync(NodeProgram.Folder, [program, .. arguments])).RootElement;
}
