using System.ComponentModel;
using System.Diagnostics;

namespace Explain.Testing;

/// <summary>What became of a program that Node.js ran.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it printed to standard error.</param>
public sealed record NodeProcess(int Code, string Output, string Error)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Win32Exception">There is no Node.js.</exception>
    public static async Task<NodeProcess> RunAsync(string folder, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var node = Process.Start(
            new ProcessStartInfo("node", arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = node.StandardError.ReadToEndAsync(cancellation);
        var output = await node.StandardOutput.ReadToEndAsync(cancellation);
        await node.WaitForExitAsync(cancellation);
        return new NodeProcess(node.ExitCode, output, await error);
    }
}
