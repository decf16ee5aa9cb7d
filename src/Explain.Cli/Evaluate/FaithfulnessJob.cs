using System.Text.Json.Nodes;
using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Terminal;
using Explain.Engine.Measures;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Evaluate;

/// <summary>One run: what is not measured yet of one shard, and the tables of all that is.</summary>
/// <param name="shell">Where tables and messages go.</param>
/// <param name="question">What is asked of every picture.</param>
/// <param name="division">Which pictures, and how many at once.</param>
internal sealed class FaithfulnessJob(Shell shell, MapQuestion question, Division division)
{
    /// <summary>Does it.</summary>
    /// <param name="input">A folder or a manifest.</param>
    /// <param name="choices">The models.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="ExplainException">A model cannot answer the question.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(string input, IReadOnlyList<ModelChoice> choices, string output, CancellationToken cancellation)
    {
        var source = ItemSource.Open(input, output);
        using var models = await OpenModels.OpenAsync(choices, shell, cancellation);
        var (job, meter) = (new ShardedJob(shell, division), new FaithfulnessMeter(models.All, question, source.Folder));
        var items = job.Mine(source.Items);
        foreach (var model in models.All)
            await SayPriceAsync(model, meter, items, cancellation);
        var code = await job.RunAsync<FaithfulnessRow>(
            items,
            Describe(source.Folder, models.All),
            output,
            _ => meter.RunAsync,
            cancellation
        );
        var facts = new RunFacts(RunFacts.NameOf(input), [.. models.All.Select(m => m.Description)], question);
        await new FaithfulnessReport(shell, new OutputFolder(output)).WriteAsync(facts, cancellation);
        return code;
    }

    private async Task SayPriceAsync(OpenModel model, FaithfulnessMeter meter, IReadOnlyList<JobItem> items, CancellationToken cancellation)
    {
        var work = 0L;
        foreach (var alike in items.GroupBy(item => item.Target))
        {
            try
            {
                work += alike.Count() * (await meter.PlanAsync(model, alike.First(), cancellation)).Price.Work;
            }
            catch (ExplainException) when (alike.Key is not null)
            {
                // A manifest's target that the model does not have fails with its picture, and takes nothing.
            }
        }
        shell.Complain($"{model.Description.Name}: {items.Count} pictures; in all as much work as {work} forward passes, at most");
    }

    private JobDescription Describe(string source, IEnumerable<OpenModel> models) =>
        new(
            new JsonObject
            {
                ["source"] = source,
                ["models"] = new JsonArray([.. models.Select(m => ModelFacts.Of(m.Description))]),
                ["parameters"] = question.Facts,
                ["measures"] = new JsonArray([.. MeasureTable.Facts.Select(m => (JsonNode?)m.Name)]),
            },
            division.Shard.Count
        );
}
