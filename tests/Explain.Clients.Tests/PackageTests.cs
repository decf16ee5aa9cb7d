using System.Net.Http.Headers;
using System.Text.Json;
using Explain.Testing;

namespace Explain.Clients.Tests;

/// <summary>The npm package of the element and the client, as somebody has it who installs it.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task WhoeverInstallsThePackageHasTypesAndAClientThatExplains()
    {
        NodeProgram.Require("typescript");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Checkout.Root, "src", "Explain.Web", "node_modules")),
            "needs npm packages: run 'npm ci' in src/Explain.Web"
        );
        using var folder = new TemporaryFolder();
        await using var service = await Served.StartAsync();
        var printed = await NodeProgram.RunAsync(NodeProgram.Folder, "package.mjs", folder.Path, service.Address.AbsoluteUri, Served.Image);

        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Served.Image, TestContext.Current.CancellationToken));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("image/png");
        using var plain = await service.Client.PostAsync(
            "/api/v1/models/demo/explain?format=json",
            body,
            TestContext.Current.CancellationToken
        );
        var expected = JsonDocument.Parse(await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        var found = JsonDocument.Parse(printed).RootElement;
        Assert.Equal(expected.GetProperty("predictions")[0].GetProperty("index").GetInt32(), found.GetProperty("predicted").GetInt32());
        Assert.Equal(
            expected.GetProperty("explanations")[0].GetProperty("map").GetProperty("data").EnumerateArray().Select(v => v.GetSingle()),
            found.GetProperty("map").EnumerateArray().Select(v => v.GetSingle())
        );
        Assert.Equal("model-not-found", found.GetProperty("refused").GetString());
    }
}
