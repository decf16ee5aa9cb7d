using System.CommandLine;
using System.Globalization;
using Explain.Autodiff.Rules;

namespace Explain.Cli.Operators;

/// <summary><c>explain operators</c>: what a derivative does at each ONNX operator.</summary>
internal static class OperatorsVerb
{
    public static Command Create(Shell shell)
    {
        var page = new Option<string?>("--page") { Description = "Write operators.md into this folder instead", HelpName = "FOLDER" };
        var verb = new Command(
            "operators",
            "List the ONNX operators: which have a gradient rule, which are zero by definition, not differentiable, or missing"
        )
        {
            page,
        };
        verb.SetAction((parsed, cancellation) => RunAsync(shell, parsed.GetValue(page), cancellation));
        return verb;
    }

    private static async Task<int> RunAsync(Shell shell, string? folder, CancellationToken cancellation)
    {
        if (folder is null)
        {
            Columns.Write(
                shell,
                ["operator", "since", "gradient"],
                [
                    .. OperatorTable.Operators.Select(o =>
                        new[] { o.Name, o.Since.ToString(CultureInfo.InvariantCulture), OperatorsPage.NameOf(OperatorTable.KindOf(o.Name)) }
                    ),
                ]
            );
            return ExitCode.Done;
        }
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, OperatorsPage.FileName), OperatorsPage.Text(), cancellation);
        return ExitCode.Done;
    }
}
