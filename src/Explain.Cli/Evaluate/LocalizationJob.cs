using System.Text.Json.Nodes;
using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;

namespace Explain.Cli.Evaluate;

/// <summary>One run: what is not measured yet of one shard, and the tables of all that is.</summary>
/// <param name="shell">Where tables and messages go.</param>
/// <param name="question">What is asked of every picture.</param>
/// <param name="division">Which pictures, and how many at once.</param>
internal sealed class LocalizationJob(Shell shell, MapQuestion question, Division division)
{
    /// <summary>Does it.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="choices">The models.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(
        IAnnotatedPictures pictures,
        IReadOnlyList<ModelChoice> choices,
        string output,
        CancellationToken cancellation
    )
    {
        using var models = await OpenModels.OpenAsync(choices, shell, cancellation);
        var matched = MatchedModel.All(models.All, pictures);
        foreach (var model in matched)
            await model.SayPriceAsync(question, question.Compare, shell, cancellation);
        var job = new ShardedJob(shell, division);
        var names = matched.SelectMany(m => m.Pictures.Keys).Distinct().Order(StringComparer.Ordinal);
        var meter = new LocalizationMeter(matched, question, pictures);
        var code = await job.RunAsync<LocalizationRow>(
            job.Mine(names.Select(name => new JobItem(name))),
            Describe(pictures, models.All),
            output,
            _ => meter.RunAsync,
            cancellation
        );
        // Who was told to stop begins nothing that takes passes.
        var task = code == ExitCode.Stopped ? null : new LocalizationTask(pictures, matched, question);
        await new LocalizationReport(shell, new OutputFolder(output)).WriteAsync(task, cancellation);
        return code;
    }

    private JobDescription Describe(IAnnotatedPictures pictures, IEnumerable<OpenModel> models)
    {
        var facts = pictures.Facts;
        facts["models"] = new JsonArray([.. models.Select(m => ModelFacts.Of(m.Description))]);
        facts["parameters"] = question.Facts;
        return new JobDescription(facts, division.Shard.Count);
    }
}
