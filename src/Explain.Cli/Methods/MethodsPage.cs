using System.Text;
using Explain.Engine.Answers;
using Explain.Engine.Demo;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;

namespace Explain.Cli.Methods;

/// <summary>The page of all methods, each with a picture that the demo model makes.</summary>
internal static class MethodsPage
{
    /// <summary>Name of the page.</summary>
    public const string FileName = "methods.md";

    /// <summary>Folder of its pictures, beside it.</summary>
    public const string Pictures = "methods";

    private const string Sample = "triangle-and-star.png";
    private const string Target = "star";
    private const int Side = 180;

    /// <summary>The page in Markdown.</summary>
    public static string Text()
    {
        var page = new StringBuilder();
        page.Append("# Methods\n\n");
        page.Append(
            "Written by `dotnet run --project src/Explain.Cli -c Release -- methods --page docs`; the same facts are served at `GET /api/v1/methods`.\n"
        );
        page.Append($"Every picture answers the same question of the demo model: where in `{Sample}` is the {Target}?\n\n");
        page.Append("| | method | what it shows | source | cost | what it needs |\n|---|---|---|---|---|---|\n");
        foreach (var m in MethodTable.All)
        {
            page.Append(
                $"| ![{m.Id}]({Picture(m)}) | `{m.Id}` | {Cell(m.Summary)}{(m.Notes is { } notes ? $"<br>*{Cell(notes)}*" : "")}{(m.Compat.Count > 0 ? $"<br>`compat`: {string.Join(", ", m.Compat)}" : "")} | {Cell(m.Paper)} | {m.Cost} | {Cell(m.Requirements)} |\n"
            );
        }

        return page.ToString();
    }

    /// <summary>Where a method's picture lies, seen from the page.</summary>
    public static string Picture(MethodInfo method) => $"{Pictures}/{method.Id.Replace("+", "p", StringComparison.Ordinal)}.webp";

    /// <summary>Draws a method's picture.</summary>
    public static async Task<byte[]> DrawAsync(OpenModel model, MethodInfo method, CancellationToken cancellation)
    {
        using var sample = new MemoryStream();
        await using (var stream = DemoAssets.Open($"samples/{Sample}")!)
            await stream.CopyToAsync(sample, cancellation);
        var parameters = new RequestParameters
        {
            Explain = new ExplainParameters { Method = method.Id, Target = Target },
            Output = new OutputParameters { Size = new RenderSize(RenderCanvas.Exact, Side, Side) },
        };
        var explanation = await model.Explainer.ExplainAsync(
            model.Lease,
            sample.ToArray(),
            parameters.Explain,
            RunContext.Alone(cancellation)
        );
        return new PictureWriter(model.Codec, model.Engine).Write(explanation, parameters, ImageFormat.Webp);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
