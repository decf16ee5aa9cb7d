using System.Text;
using Explain.Autodiff.Rules;

namespace Explain.Cli.Operators;

/// <summary>The page of all operators and what a derivative does at each.</summary>
internal static class OperatorsPage
{
    /// <summary>Name of the page.</summary>
    public const string FileName = "operators.md";

    // In the order of the page.
    // csharpier-ignore
    private static readonly (GradientKind Kind, string Name, string Meaning)[] Kinds =
    [
        (GradientKind.Rule, "rule", "the derivative passes by a rule, or by that of the operators it is rewritten to"),
        (GradientKind.Zero, "zero", "by definition: what it computes is piecewise constant, or does not depend on values: the derivative ends there, and everything else goes on"),
        (GradientKind.NotDifferentiable, "not differentiable", "bits, text, sequences, draws: there is no derivative to pass on"),
        (GradientKind.Missing, "missing", "it has a derivative, but no rule: methods that need one say so by operator and node when the model is loaded"),
    ];

    /// <summary>What a kind is called.</summary>
    public static string NameOf(GradientKind kind) => Kinds.Single(k => k.Kind == kind).Name;

    /// <summary>The page in Markdown.</summary>
    public static string Text()
    {
        var page = new StringBuilder();
        page.Append("# Operators\n\n");
        page.Append(
            "Written by `dotnet run --project src/Explain.Cli -c Release -- operators --page docs`. "
                + "`explain inspect MODEL` shows the same for the operators of a model.\n\n"
        );
        page.Append("| gradient | operators | meaning |\n|---|---:|---|\n");
        foreach (var (kind, name, meaning) in Kinds)
            page.Append($"| {name} | {OperatorTable.Operators.Count(o => OperatorTable.KindOf(o.Name) == kind)} | {meaning} |\n");
        page.Append(
            "\nOperators of domain `ai.onnx` up to the newest opset that ONNX Runtime knows, "
                + "those of `com.microsoft` that tools ship, and modes that make another function of an operator.\n\n"
        );
        page.Append("| operator | since | gradient |\n|---|---:|---|\n");
        foreach (var o in OperatorTable.Operators)
            page.Append($"| {o.Name} | {o.Since} | {NameOf(OperatorTable.KindOf(o.Name))} |\n");
        return page.ToString();
    }
}
