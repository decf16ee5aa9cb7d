namespace Explain.Cli.Jobs.Output;

/// <summary>
/// A process's turn to sum up what all shards found. Shards may come to their end together: whoever reads the rows last writes last, and
/// has read all.
/// </summary>
internal sealed class SummaryHold : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IDisposable _turn;
    private readonly string _scratch;

    private SummaryHold(IDisposable turn, string scratch)
    {
        (_turn, _scratch) = (turn, scratch);
        Files = new AtomicFiles(scratch);
    }

    /// <summary>Writes into the folder.</summary>
    public AtomicFiles Files { get; }

    /// <summary>Waits for it.</summary>
    public static async Task<SummaryHold> TakeAsync(OutputFolder folder, CancellationToken cancellation)
    {
        IDisposable? turn;
        while ((turn = FileLock.Exclusive(folder.SummaryLock)) is null)
            await Task.Delay(Pause, cancellation);
        var scratch = folder.SummaryScratch;
        // What a process left that was killed.
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        Directory.CreateDirectory(scratch);
        return new SummaryHold(turn, scratch);
    }

    public void Dispose()
    {
        Directory.Delete(_scratch, recursive: true);
        _turn.Dispose();
    }
}
