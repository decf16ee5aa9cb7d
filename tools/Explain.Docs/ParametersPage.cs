using Explain.Engine.Parameters;

namespace Explain.Docs;

/// <summary>The page of all parameters of requests.</summary>
internal static class ParametersPage
{
    private static readonly (ParameterScope Scope, string Request)[] Requests =
    [
        (ParameterScope.Image, "explain"),
        (ParameterScope.Compare, "compare"),
        (ParameterScope.Classes, "predict"),
        (ParameterScope.Tensor, "tensor"),
    ];

    /// <summary>The page in Markdown.</summary>
    public static string Text() =>
        new MarkdownPage("Parameters", "What a request may say beside its image, what is allowed, and what holds when it says nothing.")
            .Paragraph(
                "Names and values are the same in the query, in multipart fields, in JSON, in every protocol and on the command "
                    + "line. The requests are\n"
                    + "`explain` (an image, also in an estimate), `compare`, `predict`, and `tensor`: an explanation of the "
                    + "model's own input as numbers."
            )
            .Table(
                ["parameter", "what it does", "values", "default", "requests"],
                ParameterTable.All.Select(p => new[] { $"`{p.Name}`", p.Summary, p.Values, p.Default, RequestsOf(p) })
            )
            .ToString();

    private static string RequestsOf(Parameter parameter) =>
        string.Join(", ", Requests.Where(r => parameter.Scope.HasFlag(r.Scope)).Select(r => $"`{r.Request}`"));
}
