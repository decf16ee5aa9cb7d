using Explain.Autodiff.Rules;

namespace Explain.Docs;

/// <summary>The page of all operators and what a derivative does at each.</summary>
internal static class OperatorsPage
{
    /// <summary>The page in Markdown.</summary>
    public static string Text() =>
        new MarkdownPage("Operators", "What a derivative does at each ONNX operator.")
            .Paragraph(
                "`explain inspect MODEL` shows the same for the operators of a model. The operators are those of domain "
                    + "`ai.onnx` up to the newest\n"
                    + "opset that ONNX Runtime knows, those of `com.microsoft` that tools ship, and modes that make another "
                    + "function of an operator."
            )
            .Table(
                ["gradient", "operators", "meaning"],
                GradientKindTable.All.Select(k =>
                    new[] { k.Name, $"{OperatorTable.Operators.Count(o => OperatorTable.KindOf(o.Name) == k.Kind)}", k.Meaning }
                )
            )
            .Paragraph(
                "By which others: an operator that is an older name of another, or that is taken apart when a model is loaded or its\n"
                    + "rule is the derivative of its definition (then it still runs as it is), passes the derivative by these. Where\n"
                    + "it depends on modes, they are those of one of them. Recurrent operators become a `Scan` over their steps. A node\n"
                    + "that is not taken apart as others of its operator are stays as it is for predictions, and whoever asks for a\n"
                    + "gradient reads why. Of `com.microsoft`, what ONNX Runtime writes for other processors and has no kernel for on\n"
                    + "the CPU (fused group normalisation, `NhwcConv`, attention without padding) is always taken apart, so that models\n"
                    + "with it predict here, too."
            )
            .Table(
                ["operator", "since", "gradient", "by which others"],
                OperatorTable.Operators.Select(o =>
                    new[] { o.Name, $"{o.Since}", GradientKindTable.NameOf(OperatorTable.KindOf(o.Name)), Others(o.Name) }
                )
            )
            .ToString();

    private static string Others(string name) =>
        GradientRules.WithBodies.Contains(name) ? "those of its bodies"
        : OperatorTable.HasParts(name) ? string.Join(", ", OperatorTable.PartsOf(Examples.Of(name)))
        : OperatorTable.NewNameOf(name) ?? "";
}
