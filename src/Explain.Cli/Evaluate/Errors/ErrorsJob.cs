using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>One run: what is not explained yet of one shard, and the report of all that is.</summary>
/// <param name="shell">Where tables and messages go.</param>
/// <param name="question">What is asked of every picture.</param>
/// <param name="division">Which pictures, and how many at once.</param>
internal sealed class ErrorsJob(Shell shell, MapQuestion question, Division division)
{
    /// <summary>Does it.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="choice">The model.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(IAnnotatedPictures pictures, ModelChoice choice, string output, CancellationToken cancellation)
    {
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        var matched = MatchedModel.All([model], pictures)[0];
        await matched.SayPriceAsync(question, null, shell, cancellation);
        var meter = new ErrorsMeter(matched, question, pictures);
        var job = new ShardedJob(shell, division);
        var names = matched.Pictures.Keys.Order(StringComparer.Ordinal);
        var facts = pictures.Facts;
        facts["model"] = ModelFacts.Of(model.Description);
        facts["parameters"] = question.Facts;
        var code = await job.RunAsync<ErrorsRow>(
            job.Mine(names.Select(name => new JobItem(name))),
            new JobDescription(facts, division.Shard.Count),
            output,
            _ => meter.RunAsync,
            cancellation
        );
        // Who was told to stop begins nothing that takes passes.
        var page = code == ExitCode.Stopped ? null : new ErrorsPage(pictures, matched, question);
        await new ErrorsReport(shell, new OutputFolder(output)).WriteAsync(page, cancellation);
        return code;
    }
}
