using System.CommandLine;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;

namespace Explain.Cli.Evaluate.Errors;

/// <summary><c>explain evaluate errors</c>: where a model looks when it is wrong, and what its maps of a class have in common.</summary>
internal static class ErrorsVerb
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "errors";

    public static Command Create(Shell shell)
    {
        var labels = new LabelledInput();
        var model = new ModelOptions();
        var division = new DivisionOptions();
        var parameters = new QuestionOptions("method", "layer", "score", "samples", "seed", "smooth", "compat");
        var verb = new Command(Name, "Find where the model looks when it is wrong, and regions that a class is told by")
        {
            labels.Pictures,
        };
        foreach (var option in (Option[])[model.Path, model.Device, .. labels.All, .. division.All, .. parameters.All])
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                return new ErrorsJob(shell, parameters.Read(parsed, ParameterScope.Image), division.Read(parsed)).RunAsync(
                    labels.Read(parsed),
                    model.Read(parsed),
                    labels.Output(parsed),
                    cancellation
                );
            }
        );
        return verb;
    }
}
