using Explain.Cli.Terminal;

namespace Explain.Cli.Tests;

/// <summary>What a command line did.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Out">Lines of standard output.</param>
/// <param name="Error">Lines of standard error.</param>
internal sealed record Cli(int Code, string[] Out, string[] Error)
{
    /// <summary>Runs one in this process.</summary>
    public static async Task<Cli> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, new Shell(output, error, false, false), TestContext.Current.CancellationToken);
        return new Cli(code, Lines(output), Lines(error));
    }

    private static string[] Lines(StringWriter text) =>
        text.ToString().TrimEnd().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
