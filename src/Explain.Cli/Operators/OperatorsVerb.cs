using System.CommandLine;
using System.Globalization;
using Explain.Autodiff.Rules;
using Explain.Cli.Terminal;

namespace Explain.Cli.Operators;

/// <summary><c>explain operators</c>: what a derivative does at each ONNX operator.</summary>
internal static class OperatorsVerb
{
    public static Command Create(Shell shell)
    {
        var verb = new Command(
            "operators",
            "List the ONNX operators: which have a gradient rule, which are zero by definition, not differentiable, or missing"
        );
        verb.SetAction(_ =>
        {
            Columns.Write(shell, ["operator", "since", "gradient"], [.. OperatorTable.Operators.Select(Row)]);
            return ExitCode.Done;
        });
        return verb;
    }

    private static string[] Row(KnownOperator o) =>
        [o.Name, o.Since.ToString(CultureInfo.InvariantCulture), GradientKindTable.NameOf(OperatorTable.KindOf(o.Name))];
}
