using System.CommandLine;
using System.Text.Json;
using Explain.Cli.Terminal;
using Explain.Engine.Answers;
using Explain.Engine.Evaluation;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Inspect;

/// <summary><c>explain inspect</c>: what there is to know of a model before asking it anything.</summary>
internal static class InspectVerb
{
    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true };

    public static Command Create(Shell shell)
    {
        var model = new Argument<string>("MODEL") { Description = "Folder with a model.onnx, or an .onnx file" };
        var json = new Option<bool>("--json") { Description = "The same facts as JSON" };
        var device = ModelOptions.DeviceOption();
        var verb = new Command("inspect", "Show what a model takes, gives, and which explanations it supports") { model, device, json };
        verb.SetAction(
            (parsed, cancellation) =>
            {
                var choice = new ModelChoice(parsed.GetRequiredValue(model), ModelOptions.DeviceOf(parsed.GetValue(device)!));
                return RunAsync(shell, choice, parsed.GetValue(json), cancellation);
            }
        );
        return verb;
    }

    private static async Task<int> RunAsync(Shell shell, ModelChoice choice, bool json, CancellationToken cancellation)
    {
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        var document = ModelDocument.Of(model.Description, model.Lease.Methods);
        var gradients = GradientCoverage.Of(model.Catalogue, model.Description.Name);
        if (json)
            shell.Out.WriteLine(Whole(document, gradients));
        else
            InspectReport.Write(shell, document, gradients);
        return ExitCode.Done;
    }

    // The document of the service, and what only this command shows.
    private static string Whole(ModelDocument document, IReadOnlyList<OperatorCoverage> gradients)
    {
        var whole = JsonSerializer.SerializeToNode(document, Json.Options)!.AsObject();
        whole.Add("gradients", JsonSerializer.SerializeToNode(gradients, Json.Options));
        return whole.ToJsonString(Indented);
    }
}
