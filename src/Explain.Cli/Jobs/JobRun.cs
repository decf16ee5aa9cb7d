using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;

namespace Explain.Cli.Jobs;

/// <summary>Does items side by side and writes their rows many at a time.</summary>
/// <param name="work">Does one; what is wrong with the item becomes its outcome.</param>
/// <param name="ledger">Gets the rows.</param>
/// <param name="progress">Hears of each item.</param>
/// <param name="workers">How many items are at work at once.</param>
/// <param name="part">How many items' rows make a file.</param>
internal sealed class JobRun<TRow>(
    Func<JobItem, Task<ItemOutcome<TRow>>> work,
    Ledger<TRow> ledger,
    JobProgress progress,
    int workers,
    int part
) : IDisposable
    where TRow : class, IJobRow, new()
{
    // What is not in a file yet is done again after a crash.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<ItemOutcome<TRow>> _open = [];
    private DateTime _flushed = DateTime.UtcNow;

    /// <summary>Does it.</summary>
    /// <param name="items">What is to be done.</param>
    /// <param name="stop">No item is begun after it; those at work come to their end.</param>
    /// <exception cref="OutputException">Results cannot be written.</exception>
    public async Task RunAsync(IEnumerable<JobItem> items, CancellationToken stop)
    {
        var side = new ParallelOptions { MaxDegreeOfParallelism = workers };
        try
        {
            await Parallel.ForEachAsync(items.TakeWhile(_ => !stop.IsCancellationRequested), side, async (item, _) =>
                await AddAsync(await work(item))
            );
        }
        finally
        {
            await FlushAsync();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task AddAsync(ItemOutcome<TRow> outcome)
    {
        await _gate.WaitAsync();
        try
        {
            _open.Add(outcome);
            progress.Report(outcome.Item.Name, outcome.Error);
            if (_open.Count >= part || DateTime.UtcNow - _flushed > Longest)
                await FlushAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FlushAsync()
    {
        await ledger.CommitAsync(_open);
        _open.Clear();
        _flushed = DateTime.UtcNow;
    }
}
