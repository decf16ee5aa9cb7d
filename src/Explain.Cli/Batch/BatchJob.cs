using Explain.Cli.Batch.Items;
using Explain.Cli.Batch.Output;
using Explain.Cli.Batch.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Telemetry;

namespace Explain.Cli.Batch;

/// <summary>One run: what is not done yet of one shard.</summary>
/// <param name="shell">Where messages go.</param>
/// <param name="request">What is asked for every item.</param>
/// <param name="shard">Which items.</param>
/// <param name="workers">How many are at work at once.</param>
/// <param name="part">How many items' rows make a file.</param>
internal sealed class BatchJob(Shell shell, BatchRequest request, Shard shard, int workers, int part)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Does it.</summary>
    /// <param name="input">A folder or a manifest.</param>
    /// <param name="choice">The model, and what runs it.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync(string input, ModelChoice choice, string output, CancellationToken cancellation)
    {
        var source = ItemSource.Open(input, output);
        BatchItem[] items = [.. source.Items.Where(item => shard.Holds(item.Name))];
        using var model = await OpenModel.OpenAsync(choice, shell, cancellation);
        if (items.Any(item => item.Target is null))
        {
            var (asked, form) = (request.Parameters.Explain, request.Parameters.Output);
            await model.Explainer.PlanAsync(model.Lease, asked, null, form, RunContext.Alone(cancellation));
        }

        var folder = new OutputFolder(output);
        using var hold = await JobHold.TakeAsync(
            folder,
            request.Describe(model.Description, source.Folder, shard.Count),
            shard,
            cancellation
        );
        var ledger = await Ledger.OpenAsync(folder, hold.Files, shard, cancellation);
        BatchItem[] left = [.. items.Where(item => !ledger.IsDone(item))];
        var progress = new BatchProgress(shell, left.Length, Pause);
        using var signals = new StopSignals(
            () => progress.Say("stopping after the images at work; a second time stops at once"),
            cancellation
        );
        using var run = new BatchRun(
            new ItemExplainer(model, request.Parameters, request.Format, source.Folder, folder, hold.Files),
            ledger,
            progress,
            workers,
            part
        );
        try
        {
            await progress.WatchAsync(() => run.RunAsync(left, signals.Token));
        }
        catch (OutputException e)
        {
            shell.Complain(e.Message);
        }
        return Sum(items.Length - left.Length, left.Length, ledger, progress.Rate);
    }

    // What counts is what was written down.
    private int Sum(int before, int asked, Ledger ledger, string rate)
    {
        var left = asked - ledger.Done - ledger.Failed;
        var whose = shard.Count == 1 ? "" : $"shard {shard.Index} of {shard.Count}: ";
        shell.Complain(
            $"{whose}{ledger.Done} done, {ledger.Failed} failed, {before} done before{(left > 0 ? $", {left} left to do" : "")}; {rate}"
        );
        return left > 0 ? ExitCode.Stopped
            : ledger.Failed > 0 ? ExitCode.SomeFailed
            : ExitCode.Done;
    }
}
