using System.CommandLine;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;

namespace Explain.Cli.Evaluate.Trust;

/// <summary><c>explain evaluate trust</c>: which of two models is right more often, and for better reasons.</summary>
internal static class TrustVerb
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "trust";

    public static Command Create(Shell shell)
    {
        var first = Model("MODEL_A", "The first model: a folder with a model.onnx, or an .onnx file");
        var second = Model("MODEL_B", "The second one");
        var labels = new LabelledInput();
        var device = ModelOptions.DeviceOption();
        var division = new DivisionOptions();
        var parameters = new QuestionOptions("method", "layer", "score", "samples", "seed", "smooth", "compat");
        var verb = new Command(Name, "Compare two models on the same pictures: accuracy, where they look, how far their maps agree")
        {
            first,
            second,
            labels.Pictures,
        };
        foreach (var option in (Option[])[device, .. labels.All, .. division.All, .. parameters.All])
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                ModelChoice Choice(Argument<string> model) => new(parsed.GetValue(model)!, ModelOptions.DeviceOf(parsed.GetValue(device)!));
                return new TrustJob(shell, parameters.Read(parsed, ParameterScope.Image), division.Read(parsed)).RunAsync(
                    labels.Read(parsed),
                    Choice(first),
                    Choice(second),
                    labels.Output(parsed),
                    cancellation
                );
            }
        );
        return verb;
    }

    private static Argument<string> Model(string name, string description) => new(name) { Description = description };
}
