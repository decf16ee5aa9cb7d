using System.CommandLine;
using Explain.Cli.Evaluate;
using Explain.Cli.Image;
using Explain.Cli.Inspect;
using Explain.Engine;

namespace Explain.Cli;

/// <summary>The command <c>explain</c>: finds the verb and turns every failure into one line and an exit code.</summary>
internal static class CommandLine
{
    // A picture may be called @2x.png, and a value may begin with a dash.
    private static readonly ParserConfiguration Syntax = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Shell shell, CancellationToken cancellation)
    {
        var root = new RootCommand("Shows which parts of a picture an ONNX image classifier looked at.")
        {
            ImageVerb.Create(shell),
            InspectVerb.Create(shell),
            EvaluateVerb.Create(shell),
        };
        var parsed = root.Parse(arguments, Syntax);
        foreach (var error in parsed.Errors) shell.Complain($"{error.Message} (see --help)");
        if (parsed.Errors.Count > 0) return ExitCode.WrongUse;
        try
        {
            var configuration = new InvocationConfiguration { Output = shell.Out, Error = shell.Error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (UsageException e)
        {
            shell.Complain(e.Message);
            return ExitCode.WrongUse;
        }
        catch (ExplainException e)
        {
            foreach (var line in Lines(e)) shell.Complain(line);
            return ExitCode.WrongUse;
        }
        catch (OperationCanceledException)
        {
            shell.Complain("stopped before the end");
            return ExitCode.SomeFailed;
        }
        catch (Exception e)
        {
            shell.Complain($"unexpected failure ({e.GetType().Name}): {e.Message}");
            return ExitCode.SomeFailed;
        }
    }

    private static IEnumerable<string> Lines(ExplainException e) =>
        e.Errors.Count == 0 ? [e.Message] : e.Errors.SelectMany(error => error.Value.Select(message => $"--{error.Key}: {message}"));
}
