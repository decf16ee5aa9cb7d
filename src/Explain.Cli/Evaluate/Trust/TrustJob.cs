using System.Text.Json.Nodes;
using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>One run: what is not explained yet of one shard, and the report of all that is.</summary>
/// <param name="shell">Where tables and messages go.</param>
/// <param name="question">What is asked of every picture.</param>
/// <param name="division">Which pictures, and how many at once.</param>
internal sealed class TrustJob(Shell shell, MapQuestion question, Division division)
{
    /// <summary>Does it.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="first">The first model.</param>
    /// <param name="second">The second one.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(
        IAnnotatedPictures pictures,
        ModelChoice first,
        ModelChoice second,
        string output,
        CancellationToken cancellation
    )
    {
        using var models = await OpenModels.OpenAsync([first, second], shell, cancellation);
        var matched = MatchedModel.All(models.All, pictures);
        var pair = new ModelPair(matched[0], matched[1]);
        var names = pair.Pictures.Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
            throw new UsageException("no picture is of a class that both models have");
        foreach (var model in matched)
            await model.SayPriceAsync(question, null, shell, cancellation);
        var facts = pictures.Facts;
        facts["models"] = new JsonArray([.. models.All.Select(m => ModelFacts.Of(m.Description))]);
        facts["parameters"] = question.Facts;
        var job = new ShardedJob(shell, division);
        var code = await job.RunAsync<TrustRow>(
            job.Mine(names.Select(name => new JobItem(name))),
            new JobDescription(facts, division.Shard.Count),
            output,
            _ => new TrustMeter(pair, question, pictures).RunAsync,
            cancellation
        );
        // Who was told to stop begins nothing that takes passes.
        var page = code == ExitCode.Stopped ? null : new TrustPage(pictures, pair, question);
        var called = (models.All[0].Description.Name, models.All[1].Description.Name);
        await new TrustReport(shell, new OutputFolder(output), called).WriteAsync(page, cancellation);
        return code;
    }
}
