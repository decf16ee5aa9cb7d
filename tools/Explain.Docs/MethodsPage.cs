using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;

namespace Explain.Docs;

/// <summary>The page of all methods, each with an image that the demo model makes.</summary>
internal static class MethodsPage
{
    /// <summary>The page in Markdown.</summary>
    public static string Text() =>
        new MarkdownPage("Methods", "Which methods there are, what each shows, where it comes from, what it costs and needs.")
            .Paragraph(
                $"`GET /api/v1/methods` serves the same facts. Every image answers the same question of the demo model: where in "
                    + $"`{MethodImages.Sample}` is the {MethodImages.Target}?"
            )
            .Table(
                ["", "method", "what it shows", "source", "cost", "what it needs"],
                MethodTable.All.Select(m =>
                    new[] { $"![{m.Id}]({MethodImages.PathOf(m)})", $"`{m.Id}`", Shows(m), m.Paper, m.Cost, m.Needs }
                )
            )
            .ToString();

    private static string Shows(MethodInfo method) =>
        method.Summary
        + (method.Notes is { } notes ? $"<br>*{notes}*" : "")
        + (method.Compat.Count > 0 ? $"<br>`compat`: {string.Join(", ", method.Compat)}" : "");
}
