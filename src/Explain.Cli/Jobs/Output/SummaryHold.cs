namespace Explain.Cli.Jobs.Output;

/// <summary>
/// A process's turn to sum up what all shards found. Shards may come to their end together: whoever reads the rows last writes last, and
/// has read all.
/// </summary>
internal sealed class SummaryHold : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IDisposable _turn;
    private readonly OutputFolder _folder;
    private readonly AtomicFiles _files;

    private SummaryHold(IDisposable turn, OutputFolder folder)
    {
        (_turn, _folder) = (turn, folder);
        _files = new AtomicFiles(folder.SummaryScratch);
    }

    /// <summary>Writes a file into the folder.</summary>
    /// <param name="name">Its name, counted from the folder.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public Task WriteAsync(string name, byte[] content) =>
        _files.WriteAsync(_folder.At(name), stream => stream.WriteAsync(content).AsTask());

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
        return new SummaryHold(turn, folder);
    }

    public void Dispose()
    {
        Directory.Delete(_folder.SummaryScratch, recursive: true);
        _turn.Dispose();
    }
}
