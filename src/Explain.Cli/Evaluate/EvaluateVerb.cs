using System.CommandLine;
using System.Globalization;
using Explain.Cli.Terminal;
using Explain.Demo.Evaluation;
using Explain.Engine.Parameters;

namespace Explain.Cli.Evaluate;

/// <summary><c>explain evaluate</c>: how well a method finds objects whose places are known.</summary>
internal static class EvaluateVerb
{
    private const int MostScenes = 1_000_000;

    // Neither the images that the demo model was trained on nor those it was chosen on.
    private const ulong FreshSeed = 2026;

    /// <summary>The verb.</summary>
    /// <param name="shell">Where figures go.</param>
    /// <param name="more">Kinds of evaluation that stand on this folder.</param>
    public static Command Create(Shell shell, params IEnumerable<Command> more)
    {
        var scenes = NumberOption.Create("--scenes", "How many generated images", 1000, 1, MostScenes);
        var seed = NumberOption.Create("--seed", "Which series of generated images", FreshSeed, 0, ulong.MaxValue);
        var model = new ModelOptions();
        var parameters = new QuestionOptions("method", "layer", "score");
        var verb = new Command("evaluate", "Measure maps: on generated images, or on your own (localization)")
        {
            scenes,
            seed,
            model.Path,
            model.Device,
            LocalizationVerb.Create(shell),
            FaithfulnessVerb.Create(shell),
            RandomizationVerb.Create(shell),
        };
        foreach (var kind in more)
            verb.Subcommands.Add(kind);
        foreach (var option in parameters.All)
            verb.Options.Add(option);
        verb.SetAction(
            (parsed, cancellation) =>
            {
                return RunAsync(
                    shell,
                    model.Read(parsed),
                    (int)parsed.GetValue(scenes)!.Value,
                    parsed.GetValue(seed)!.Value,
                    parameters.Read(parsed, ParameterScope.Image).Parameters,
                    cancellation
                );
            }
        );
        return verb;
    }

    private static async Task<int> RunAsync(
        Shell shell,
        ModelChoice choice,
        int scenes,
        ulong seed,
        ExplainParameters parameters,
        CancellationToken cancellation
    )
    {
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        var evaluation = new SceneEvaluation(model.Explainer, model.Codec, model.Lease);
        var figures = await shell.WithProgressAsync("images", scenes, mixed: false, progress =>
            evaluation.RunAsync(scenes, seed, parameters, progress, cancellation)
        );
        shell.Out.WriteLine(
            $"{scenes} generated images, seed {seed}; model {model.Description.Name}, method {parameters.Method}, "
                + $"layer {parameters.Layer ?? model.Description.Layer}, score {parameters.Score ?? "as the method does"}"
        );
        Columns.Write(
            shell,
            ["figure", "share", "hits", "of"],
            [
                Row("top-1 is the kind, images with one kind", figures.RightOnOneKind),
                Row("top-1 is a kind that is present, all images", figures.PresentOnAll),
                Row("map's maximum in the object's mask, images with two kinds", figures.MaximumInMask),
                Row("map's maximum in the object's box, images with two kinds", figures.MaximumInBox),
            ]
        );
        return ExitCode.Done;
    }

    private static string[] Row(string figure, Share share) =>
        [
            figure,
            share.Total == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{share.Value:P1}"),
            $"{share.Hits}",
            $"{share.Total}",
        ];
}
