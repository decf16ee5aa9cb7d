using System.CommandLine;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;

namespace Explain.Cli.Image;

/// <summary><c>explain image</c> and <c>explain compare</c>: images to heat maps, without a server.</summary>
internal static class ImageVerb
{
    /// <summary>One method.</summary>
    public static Command Create(Shell shell) =>
        Create(
            shell,
            "image",
            "Explain images",
            ParameterScope.Image,
            request => request.Explain.Method,
            (model, image, request, cancellation) =>
                model.Explainer.ExplainAsync(model.Lease, image, request.Explain, RunContext.Alone(cancellation))
        );

    /// <summary>Several methods or layers side by side.</summary>
    public static Command CreateCompare(Shell shell) =>
        Create(
            shell,
            "compare",
            "Explain images by several methods or at several layers, side by side",
            ParameterScope.Compare,
            _ => "compare",
            (model, image, request, cancellation) =>
                model.Explainer.ExplainAsync(model.Lease, image, request.Explain, RunContext.Alone(cancellation), request.Compare)
        );

    private static Command Create(
        Shell shell,
        string name,
        string description,
        ParameterScope scope,
        Func<RequestParameters, string> ending,
        ExplainImage explain
    )
    {
        var files = new Argument<string[]>("FILE")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description =
                scope == ParameterScope.Image
                    ? "The images: JPEG, PNG, WebP, GIF, BMP or TIFF; or NumPy files (.npy) of the model's own input, for json and npy; "
                        + "not needed with --estimate"
                    : "The images: JPEG, PNG, WebP, GIF, BMP or TIFF; not needed with --estimate",
        };
        var model = new ModelOptions();
        var output = new Option<string?>("--out", "-o")
        {
            Description =
                "The file to write; with several images, or when it is one already, a folder "
                + "(default: NAME.METHOD.EXTENSION in the working directory; for json, standard output)",
            HelpName = "PATH",
        };
        var estimate = new Option<bool>("--estimate")
        {
            Description = "Say what an image will cost, and explain none: passes through the model, and milliseconds on this machine",
        };
        var further = InputArguments.Option();
        var parameters = new ParameterOptions(scope, [model.Path.Name, model.Device.Name, output.Name, estimate.Name, further.Name]);
        var verb = new Command(name, description) { files, model.Path, model.Device, output, estimate, further };
        foreach (var option in parameters.All)
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                var inputs = parsed.GetValue(files) ?? [];
                var request = InputArguments.AddTo(parameters.Read(parsed, inputs), parsed.GetValue(further) ?? []);
                if (parsed.GetValue(estimate))
                    return EstimateJob.RunAsync(shell, model.Read(parsed), request, cancellation);
                if (inputs.Length == 0)
                    throw new UsageException($"{name} needs images: FILE is missing (see --help)");
                var plan = OutputPlan.Make(inputs, parsed.GetValue(output), request.Output.Format, ending(request));
                if (scope != ParameterScope.Image && inputs.FirstOrDefault(TensorFile.Is) is { } tensor)
                    throw new UsageException($"'{tensor}' is a tensor; {name} takes images");
                TensorFile.RequireFormat(inputs, plan.Format);
                request.Output.Require(plan.Format);
                return RunAsync(shell, model.Read(parsed), plan, request, explain, cancellation);
            }
        );
        return verb;
    }

    private static async Task<int> RunAsync(
        Shell shell,
        ModelChoice choice,
        OutputPlan plan,
        RequestParameters request,
        ExplainImage explain,
        CancellationToken cancellation
    )
    {
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        var job = new ImageJob(shell, model, request, plan.Format, explain);
        return await shell.WithProgressAsync("images", plan.Items.Count, mixed: true, async progress =>
        {
            var failed = 0;
            for (var i = 0; i < plan.Items.Count; i++)
            {
                if (!await job.RunAsync(plan.Items[i], cancellation))
                    failed++;
                progress.Report(i + 1);
            }
            if (plan.Items.Count > 1 && failed > 0)
                shell.Complain($"{failed} of {plan.Items.Count} images failed");
            return failed == 0 ? ExitCode.Done : ExitCode.SomeFailed;
        });
    }
}
