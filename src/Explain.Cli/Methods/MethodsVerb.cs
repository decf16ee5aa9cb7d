using System.CommandLine;
using Explain.Engine.Methods.Tables;

namespace Explain.Cli.Methods;

/// <summary><c>explain methods</c>: what there is to choose from.</summary>
internal static class MethodsVerb
{
    public static Command Create(Shell shell)
    {
        var page = new Option<string?>("--page")
        {
            Description = "Write methods.md and a picture of each method into this folder instead",
            HelpName = "FOLDER",
        };
        var verb = new Command("methods", "List the methods: what each shows, its paper, its cost, what it needs") { page };
        verb.SetAction((parsed, cancellation) => RunAsync(shell, parsed.GetValue(page), cancellation));
        return verb;
    }

    private static async Task<int> RunAsync(Shell shell, string? folder, CancellationToken cancellation)
    {
        if (folder is null)
        {
            Columns.Write(shell, ["method", "cost", "what it shows"], [.. MethodTable.All.Select(m => new[] { m.Id, m.Cost, m.Summary })]);
            return ExitCode.Done;
        }
        Directory.CreateDirectory(Path.Combine(folder, MethodsPage.Pictures));
        await File.WriteAllTextAsync(Path.Combine(folder, MethodsPage.FileName), MethodsPage.Text(), cancellation);
        using var model = await OpenModel.OpenAsync(null, shell, cancellation);
        foreach (var method in MethodTable.All)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(folder, MethodsPage.Picture(method)),
                await MethodsPage.DrawAsync(model, method, cancellation),
                cancellation
            );
        }

        return ExitCode.Done;
    }
}
