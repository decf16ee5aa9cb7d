using System.CommandLine;
using Explain.Engine.Parameters;

namespace Explain.Cli.Image;

/// <summary><c>explain image</c>: pictures to heat maps, without a server.</summary>
internal static class ImageVerb
{
    public static Command Create(Shell shell)
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = "The pictures: JPEG, PNG, WebP, GIF, BMP or TIFF; none with --estimate" };
        var model = OpenModel.Option();
        var output = new Option<string?>("--out", "-o")
        {
            Description = "The file to write; with several pictures, or when it is one already, a folder (default: NAME.METHOD.EXTENSION in the working directory; for json, standard output)",
            HelpName = "PATH",
        };
        var estimate = new Option<bool>("--estimate") { Description = "Say what a picture will cost, and explain none: passes through the model, and milliseconds on this machine" };
        var parameters = new ParameterOptions([model.Name, output.Name, estimate.Name]);
        var verb = new Command("image", "Explain pictures") { files, model, output, estimate };
        foreach (var option in parameters.All) verb.Options.Add(option);
        verb.SetAction((parsed, cancellation) =>
        {
            var inputs = parsed.GetValue(files) ?? [];
            var request = parameters.Read(parsed, inputs);
            if (parsed.GetValue(estimate)) return EstimateJob.RunAsync(shell, parsed.GetValue(model), request, cancellation);
            if (inputs.Length == 0) throw new UsageException("image needs pictures: FILE is missing (see --help)");
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
