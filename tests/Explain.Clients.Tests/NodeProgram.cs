using System.ComponentModel;
using Explain.Testing;

namespace Explain.Clients.Tests;

/// <summary>Programs that Node.js runs, with the packages of <c>tests/node</c>.</summary>
internal static class NodeProgram
{
    /// <summary>Where the programs and their packages are.</summary>
    public static readonly string Folder = Path.Combine(Checkout.Root, "tests", "node");

    /// <summary>Skips the test where a package is not installed.</summary>
    public static void Require(string package) =>
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Folder, "node_modules", package)),
            "needs npm packages: run 'npm ci' in tests/node"
        );

    /// <summary>Runs one that must succeed.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var (code, output, error) = await StartAsync(folder, arguments);
        Assert.True(code == 0, output + error);
        return output;
    }

    /// <summary>Runs one.</summary>
    public static async Task<NodeProcess> StartAsync(string folder, params string[] arguments)
    {
        try
        {
            return await NodeProcess.RunAsync(folder, arguments, TestContext.Current.CancellationToken);
        }
        catch (Win32Exception e)
        {
            Assert.Skip($"needs Node.js: {e.Message}");
            throw;
        }
    }
}
