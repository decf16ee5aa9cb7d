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
            .Table(
                ["operator", "since", "gradient"],
                OperatorTable.Operators.Select(o => new[] { o.Name, $"{o.Since}", GradientKindTable.NameOf(OperatorTable.KindOf(o.Name)) })
            )
            .ToString();
}
