using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs;

/// <summary>How the items of a job are divided, between processes and in this one.</summary>
/// <param name="Shard">Which items.</param>
/// <param name="Workers">How many are at work at once.</param>
/// <param name="Part">How many items' rows make a file.</param>
internal sealed record Division(Shard Shard, int Workers, int Part);

/// <summary>Where the results of a job are written.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Files">Writes into it.</param>
internal sealed record JobOutput(OutputFolder Folder, AtomicFiles Files);

/// <summary>
/// A job of many items that can be stopped and taken up again, in shards: one run does what is not done yet of one shard.
/// </summary>
/// <param name="shell">Where messages go.</param>
/// <param name="division">How the items are divided.</param>
internal sealed class ShardedJob(Shell shell, Division division)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>The shard's items.</summary>
    public IReadOnlyList<JobItem> Mine(IEnumerable<JobItem> items) => [.. items.Where(item => division.Shard.Holds(item.Name))];

    /// <summary>Does what is left.</summary>
    /// <param name="items">The shard's items.</param>
    /// <param name="job">What makes results belong together.</param>
    /// <param name="output">Folder of the results.</param>
    /// <param name="begin">Makes what does one item; whatever is wrong with the item becomes its outcome.</param>
    /// <param name="cancellation">Stops it as a signal does.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">It cannot be done like that.</exception>
    /// <exception cref="StoppedException">Somebody else does it.</exception>
    public async Task<int> RunAsync<TRow>(
        IReadOnlyList<JobItem> items,
        JobDescription job,
        string output,
        Func<JobOutput, Func<JobItem, Task<ItemOutcome<TRow>>>> begin,
        CancellationToken cancellation
    )
        where TRow : class, IJobRow, new()
    {
        var folder = new OutputFolder(output);
        using var hold = await JobHold.TakeAsync(folder, job, division.Shard, cancellation);
        var ledger = await Ledger<TRow>.OpenAsync(folder, hold.Files, division.Shard, cancellation);
        JobItem[] left = [.. items.Where(item => !ledger.IsDone(item))];
        var progress = new JobProgress(shell, left.Length, Pause);
        using var signals = new StopSignals(
            () => progress.Say("stopping after the images at work; a second time stops at once"),
            cancellation
        );
        using var run = new JobRun<TRow>(begin(new JobOutput(folder, hold.Files)), ledger, progress, division.Workers, division.Part);
        try
        {
            await progress.WatchAsync(() => run.RunAsync(left, signals.Token));
        }
        catch (OutputException e)
        {
            shell.Complain(e.Message);
        }
        return Sum(items.Count - left.Length, left.Length, ledger.Done, ledger.Failed, progress.Rate);
    }

    // What counts is what was written down.
    private int Sum(int before, int asked, int done, int failed, string rate)
    {
        var (left, shard) = (asked - done - failed, division.Shard);
        var whose = shard.Count == 1 ? "" : $"shard {shard.Index} of {shard.Count}: ";
        shell.Complain($"{whose}{done} done, {failed} failed, {before} done before{(left > 0 ? $", {left} left to do" : "")}; {rate}");
        return left > 0 ? ExitCode.Stopped
            : failed > 0 ? ExitCode.SomeFailed
            : ExitCode.Done;
    }
}
