using System.Text.Json;

namespace Explain.Clients.Tests;

/// <summary>What those who check API documents say of <c>openapi.yaml</c>: nothing.</summary>
public sealed class LintTests
{
    [Fact]
    public async Task RedoclyFindsNothing()
    {
        NodeProgram.Require("@redocly/cli");
        var printed = await NodeProgram.RunAsync(
            NodeProgram.Folder,
            "node_modules/@redocly/cli/bin/cli.js",
            "lint",
            Served.Document,
            "--format=json"
        );
        using var found = JsonDocument.Parse(printed[printed.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal("[]", found.RootElement.GetProperty("problems").GetRawText());
    }

    [Fact]
    public async Task SpectralFindsNothing()
    {
        NodeProgram.Require("@stoplight/spectral-cli");
        await NodeProgram.RunAsync(
            NodeProgram.Folder,
            "node_modules/@stoplight/spectral-cli/dist/index.js",
            "lint",
            Served.Document,
            "--ruleset=spectral.yaml",
            "--fail-severity=hint"
        );
    }
}
