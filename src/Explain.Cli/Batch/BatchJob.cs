using Explain.Cli.Jobs;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Terminal;
using Explain.Engine.Telemetry;

namespace Explain.Cli.Batch;

/// <summary>One run: what is not explained yet of one shard.</summary>
/// <param name="shell">Where messages go.</param>
/// <param name="request">What is asked for every item.</param>
/// <param name="division">Which items, and how many at once.</param>
internal sealed class BatchJob(Shell shell, BatchRequest request, Division division)
{
    /// <summary>Does it.</summary>
    /// <param name="input">A folder or a manifest.</param>
    /// <param name="choice">The model, and what runs it.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="Jobs.Output.StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(string input, ModelChoice choice, string output, CancellationToken cancellation)
    {
        var source = ItemSource.Open(input, output);
        var job = new ShardedJob(shell, division);
        var items = job.Mine(source.Items);
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        if (items.Any(item => item.Target is null))
        {
            var (asked, form) = (request.Parameters.Explain, request.Parameters.Output);
            await model.Explainer.PlanAsync(model.Lease, asked, null, form, RunContext.Alone(cancellation));
        }

        return await job.RunAsync<BatchRow>(
            items,
            request.Describe(model.Description, source.Folder, division.Shard.Count),
            output,
            to => new ItemExplainer(model, request.Parameters, request.Format, source.Folder, to.Folder, to.Files).RunAsync,
            cancellation
        );
    }
}
