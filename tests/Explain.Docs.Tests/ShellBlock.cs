using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Explain.Testing;

namespace Explain.Docs.Tests;

/// <summary>Runs a block of a page as its reader does.</summary>
internal static partial class ShellBlock
{
    // The pages' address leads to the service under test; statuses go to standard error.
    private const string Curl = """
        curl() { command curl --fail-with-body --connect-to "localhost:8080:$ADDRESS" -w '%{stderr}status %{http_code}\n' "$@"; }

        """;

    /// <summary>What came of a block.</summary>
    /// <param name="Code">The exit code.</param>
    /// <param name="Statuses">Those of all answers.</param>
    /// <param name="Printed">What it wrote, to both streams.</param>
    public sealed record Result(int Code, IReadOnlyList<int> Statuses, string Printed);

    /// <summary>Runs it in a folder with the files that pages take for given; the first command that fails ends it.</summary>
    public static async Task<Result> RunAsync(string block, Uri service, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        Shown.WriteFiles(folder.Path);
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", Curl + block])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ADDRESS"] = service.Authority;
        start.Environment["EXPLAIN_API_KEY"] = ShownService.Key;
        start.Environment["ADMIN_KEY"] = ShownService.AdminKey;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return new Result(
            process.ExitCode,
            [.. Status().Matches(await errors).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))],
            $"{await errors}\n{await output}"
        );
    }

    [GeneratedRegex(@"status (\d+)")]
    private static partial Regex Status();
}
