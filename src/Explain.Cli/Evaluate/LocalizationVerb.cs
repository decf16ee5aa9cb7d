using System.CommandLine;
using Explain.Cli.Jobs;
using Explain.Cli.Terminal;
using Explain.Engine.Parameters;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate;

/// <summary><c>explain evaluate localization</c>: how well maps find objects whose places are known.</summary>
internal static class LocalizationVerb
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "localization";

    public static Command Create(Shell shell)
    {
        var pictures = new Argument<string?>("PICTURES") { Description = "Folder of the pictures", Arity = ArgumentArity.ZeroOrOne };
        var annotations = new Option<string?>("--annotations", "-a")
        {
            Description = "What is on them: " + string.Join("; ", AnnotationFormats.All.Select(f => $"{f.Name}, {f.Meaning}")),
            HelpName = "PATH",
        };
        var models = new ModelsOptions();
        var output = new Option<string>("--out", "-o")
        {
            Description = "Folder of the results: report.html, tables, rows/*.parquet and batch.json. What is done there is not done again",
            HelpName = "DIR",
            Required = true,
        };
        var reading = new AnnotationReading();
        var demo = new DemoOptions();
        var division = new DivisionOptions();
        var parameters = new QuestionOptions("methods", "layers", "score", "sign", "samples", "seed", "smooth", "compat");
        var verb = new Command(Name, "Measure how well maps find objects whose places are known") { pictures };
        Option[] options = [annotations, .. demo.All, .. models.All, output, .. reading.All, .. division.All, .. parameters.All];
        foreach (var option in options)
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                return new LocalizationJob(shell, parameters.Read(parsed, ParameterScope.Compare), division.Read(parsed)).RunAsync(
                    Pictures(parsed),
                    models.Read(parsed),
                    parsed.GetValue(output)!,
                    cancellation
                );
            }
        );
        return verb;

        IAnnotatedPictures Pictures(ParseResult parsed) =>
            demo.Read(parsed, [pictures, annotations, .. reading.All]) is { } scenes ? scenes
            : parsed.GetValue(pictures) is not { } folder
                ? throw new UsageException("say which pictures: a folder and its --annotations, or --demo for generated scenes")
            : parsed.GetValue(annotations) is not { } known
                ? throw new UsageException($"say with --annotations what is on the pictures of '{folder}'")
            : reading.Read(parsed, folder, known);
    }
}
