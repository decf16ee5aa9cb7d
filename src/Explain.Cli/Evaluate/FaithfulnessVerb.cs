using System.CommandLine;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;

namespace Explain.Cli.Evaluate;

/// <summary><c>explain evaluate faithfulness</c>: how far scores follow the maps of a folder of pictures.</summary>
internal static class FaithfulnessVerb
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "faithfulness";

    public static Command Create(Shell shell)
    {
        var input = new Argument<string>("INPUT") { Description = "A folder of pictures, or a manifest as of batch" };
        var models = new ModelsOptions();
        var output = new Option<string>("--out", "-o")
        {
            Description = "Folder of the results: report.html, tables, rows/*.parquet and batch.json. What is done there is not done again",
            HelpName = "DIR",
            Required = true,
        };
        var division = new DivisionOptions();
        var parameters = new QuestionOptions([
            "methods",
            "layers",
            "target",
            "score",
            "sign",
            "samples",
            "seed",
            "smooth",
            "compat",
            "baseline",
        ]);
        var verb = new Command(Name, "Measure how far scores follow maps: deletion, insertion, ROAD, infidelity and more") { input };
        foreach (var option in (Option[])[.. models.All, output, .. division.All, .. parameters.All])
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
                new FaithfulnessJob(shell, parameters.Read(parsed, ParameterScope.Compare), division.Read(parsed)).RunAsync(
                    parsed.GetValue(input)!,
                    models.Read(parsed),
                    parsed.GetValue(output)!,
                    cancellation
                )
        );
        return verb;
    }
}
