using System.CommandLine;
using Explain.Engine.Parameters;

namespace Explain.Cli.Image;

/// <summary><c>explain image</c>: pictures to heat maps, without a server.</summary>
internal static class ImageVerb
{
    public static Command Create(Shell shell)
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "The pictures: JPEG, PNG, WebP, GIF, BMP or TIFF" };
        var model = OpenModel.Option();
        var output = new Option<string?>("--out", "-o")
        {
            Description = "The file to write; with several pictures, or when it is one already, a folder (default: NAME.METHOD.EXTENSION in the working directory; for json, standard output)",
            HelpName = "PATH",
        };
        var further = FurtherInputs.Option();
        var parameters = new ParameterOptions([model.Name, output.Name, further.Name]);
        var verb = new Command("image", "Explain pictures") { files, model, output, further };
        foreach (var option in parameters.All) verb.Options.Add(option);
        verb.SetAction((parsed, cancellation) =>
        {
            var inputs = parsed.GetRequiredValue(files);
            var request = FurtherInputs.AddTo(parameters.Read(parsed, inputs), parsed.GetValue(further) ?? []);
            var plan = OutputPlan.Make(inputs, parsed.GetValue(output), request);
            return RunAsync(shell, parsed.GetValue(model), plan, request, cancellation);
        });
        return verb;
    }

    private static async Task<int> RunAsync(Shell shell, string? path, OutputPlan plan, RequestParameters request, CancellationToken cancellation)
    {
        using var model = await OpenModel.OpenAsync(path, shell, cancellation);
        var job = new ImageJob(shell, model, request, plan.Format);
        return await shell.WithProgressAsync("pictures", plan.Items.Count, mixed: true, async progress =>
        {
            var failed = 0;
            for (var i = 0; i < plan.Items.Count; i++)
            {
                if (!await job.RunAsync(plan.Items[i], cancellation)) failed++;
                progress.Report(i + 1);
            }
            if (plan.Items.Count > 1 && failed > 0) shell.Complain($"{failed} of {plan.Items.Count} pictures failed");
            return failed == 0 ? ExitCode.Done : ExitCode.SomeFailed;
        });
    }
}
