using System.Threading.Channels;

namespace Explain.Engine.Models.Scheduling;

/// <summary>How many native runs go on at once, over all models, and how large batches of several requests may become.</summary>
internal sealed class RunSchedule
{
    // Waiting readers are served in the order they came; those of a semaphore are not.
    private readonly Channel<bool> _permits;

    public RunSchedule(EngineOptions options)
    {
        _permits = Channel.CreateBounded<bool>(options.MaxConcurrentRuns);
        for (var n = 0; n < options.MaxConcurrentRuns; n++) _permits.Writer.TryWrite(true);
        (MaxRows, Linger) = (options.MaxBatch, options.BatchDelay);
    }

    /// <summary>Rows of a batch, at most; 1 means that every request runs alone.</summary>
    public int MaxRows { get; }

    /// <summary>How long a batch waits for others before it asks for a permit.</summary>
    public TimeSpan Linger { get; }

    /// <summary>A permit, if there is one right now.</summary>
    public IDisposable? TryEnter() => _permits.Reader.TryRead(out _) ? new Permit(_permits.Writer) : null;

    /// <summary>Waits for a permit; it is held until the native call has returned, whoever still waits for its result.</summary>
    public IDisposable Enter(CancellationToken cancellation) => TryEnter() ?? EnterAsync(cancellation).GetAwaiter().GetResult();

    /// <summary>Waits for a permit.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await _permits.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        return new Permit(_permits.Writer);
    }

    private sealed class Permit(ChannelWriter<bool> permits) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0) permits.TryWrite(true);
        }
    }
}
