using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Explain.Kernels.Tests;

/// <summary>Runs every other test of this assembly again in a child process, with an instruction set switched off.</summary>
public partial class InstructionSetLaneTests
{
    // DOTNET_EnableAVX512F, the switch of older runtimes, is ignored by .NET 10.
    [Theory]
    [InlineData("Avx512", "DOTNET_EnableAVX512")]
    [InlineData("Avx2", "DOTNET_EnableAVX2")]
    [InlineData("HWIntrinsic", "DOTNET_EnableHWIntrinsic")]
    public async Task EveryTestPassesWithTheInstructionSetOff(string name, string variable)
    {
        SkipWithout(name);
        var (exitCode, output) = await RunLane(name, variable, "-class-", typeof(InstructionSetLaneTests).FullName!);
        var total = TotalOf(output);
        Assert.True(exitCode == 0 && total > 100, $"{name} off: exit code {exitCode}, {total} tests.\n{output}");
    }

    [Fact]
    public async Task ALaneWhoseSwitchDoesNothingFails()
    {
        SkipWithout("HWIntrinsic");
        var (exitCode, output) = await RunLane("HWIntrinsic", "EXPLAIN_NO_SUCH_SWITCH", "-class", typeof(InstructionSetTests).FullName!);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("HWIntrinsic is still on", output, StringComparison.Ordinal);
    }

    private static void SkipWithout(string name)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(InstructionSetTests.ExpectOff) is not null, "A lane starts no further lanes.");
        Assert.SkipUnless(InstructionSetTests.IsOn(name), $"This processor or runtime has no {name} to switch off.");
    }

    private static async Task<(int ExitCode, string Output)> RunLane(string name, string variable, params string[] filter)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments = [typeof(InstructionSetLaneTests).Assembly.Location, "-noColor", "-noAutoReporters", .. filter];
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[InstructionSetTests.ExpectOff] = name;
        start.Environment[variable] = "0";

        using var lane = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        try
        {
            var output = lane.StandardOutput.ReadToEndAsync(limit.Token);
            var error = lane.StandardError.ReadToEndAsync(limit.Token);
            await lane.WaitForExitAsync(limit.Token);
            return (lane.ExitCode, await output + await error);
        }
        finally
        {
            lane.Kill(entireProcessTree: true);
        }
    }

    private static int TotalOf(string output) =>
        TotalLine().Match(output) is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;

    [GeneratedRegex(@"Total: (\d+)")]
    private static partial Regex TotalLine();
}
