using System.CommandLine;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;

namespace Explain.Cli.Evaluate;

/// <summary><c>explain evaluate randomization</c>: whether maps depend on what the model has learnt.</summary>
internal static class RandomizationVerb
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "randomization";

    private const int MostStages = 100;

    public static Command Create(Shell shell)
    {
        var input = new Argument<string>("INPUT") { Description = "A folder of pictures, or a manifest as of batch" };
        var model = new ModelOptions();
        var output = new Option<string>("--out", "-o")
        {
            Description = "Folder of the results: report.html, tables, rows/*.parquet and batch.json. What is done there is not done again",
            HelpName = "DIR",
            Required = true,
        };
        var each = new Option<bool>("--each")
        {
            Description = "Draw anew the weights of one layer at a time, not of all from the head down to it",
        };
        var stages = NumberOption.Create("--stages", "How many layers, evenly spaced from the head down to the first", 8, 1, MostStages);
        var division = new DivisionOptions();
        var parameters = new QuestionOptions("methods", "layers", "target", "score", "samples", "seed", "smooth", "compat");
        var verb = new Command(Name, "Test whether maps change when the model's weights are drawn anew") { input };
        foreach (var option in (Option[])[model.Path, model.Device, output, each, stages, .. division.All, .. parameters.All])
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                var question = parameters.Read(parsed, ParameterScope.Compare);
                var cascade = new Cascade((int)parsed.GetValue(stages)!.Value, parsed.GetValue(each));
                return new RandomizationJob(shell, question, cascade, division.Read(parsed)).RunAsync(
                    parsed.GetValue(input)!,
                    model.Read(parsed),
                    parsed.GetValue(output)!,
                    cancellation
                );
            }
        );
        return verb;
    }
}
