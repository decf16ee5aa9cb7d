using System.CommandLine;
using Explain.Cli.Batch;
using Explain.Cli.Evaluate;
using Explain.Cli.Evaluate.Errors;
using Explain.Cli.Evaluate.Trust;
using Explain.Cli.Export;
using Explain.Cli.Image;
using Explain.Cli.Inspect;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Methods;
using Explain.Cli.Operators;
using Explain.Cli.Terminal;
using Explain.Engine.Vocabulary;

namespace Explain.Cli;

/// <summary>The command <c>explain</c>: finds the verb and turns every failure into one line and an exit code.</summary>
internal static class CommandLine
{
    // An image may be called @2x.png, and a value may begin with a dash.
    private static readonly ParserConfiguration Syntax = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    // And in their own time.
    private static readonly string[] StopByThemselves =
    [
        BatchVerb.Name,
        LocalizationVerb.Name,
        FaithfulnessVerb.Name,
        RandomizationVerb.Name,
        ErrorsVerb.Name,
        TrustVerb.Name,
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Shell shell, CancellationToken cancellation)
    {
        var root = new RootCommand("Shows which parts of an image an ONNX image classifier looked at.")
        {
            ImageVerb.Create(shell),
            ImageVerb.CreateCompare(shell),
            BatchVerb.Create(shell),
            InspectVerb.Create(shell),
            MethodsVerb.Create(shell),
            OperatorsVerb.Create(shell),
            ExportVerb.Create(shell),
            EvaluateVerb.Create(shell, ErrorsVerb.Create(shell), TrustVerb.Create(shell)),
        };
        var parsed = root.Parse(arguments, Syntax);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in Problems(parsed))
                shell.Complain($"{problem} (see --help)");
            return ExitCode.WrongUse;
        }
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = shell.Out,
                Error = shell.Error,
                EnableDefaultExceptionHandler = false,
            };
            if (StopByThemselves.Contains(parsed.CommandResult.Command.Name))
                configuration.ProcessTerminationTimeout = null;
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (UsageException e)
        {
            shell.Complain(e.Message);
            return ExitCode.WrongUse;
        }
        catch (ExplainException e)
        {
            foreach (var line in Lines(e))
                shell.Complain(line);
            return ExitCode.WrongUse;
        }
        catch (StoppedException e)
        {
            shell.Complain(e.Message);
            return ExitCode.Stopped;
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

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        if (parsed.CommandResult.Command.Subcommands is not { Count: > 0 } subcommands)
            return parsed.Errors.Select(e => e.Message);
        var verbs = string.Join(", ", subcommands.Select(c => c.Name));
        return
        [
            parsed.UnmatchedTokens is [var first, ..] ? $"there is no verb '{first}'; the verbs are {verbs}" : $"say what to do: {verbs}",
        ];
    }

    private static IEnumerable<string> Lines(ExplainException e) =>
        e.Errors.Count == 0
            ? [e.Message]
            : e.Errors.SelectMany(error =>
                error.Value.Select(message => $"{(error.Key.StartsWith('-') ? "" : "--")}{error.Key}: {message}")
            );
}
