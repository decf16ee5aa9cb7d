using System.Threading.Channels;

namespace Explain.Engine.Models.Scheduling;

/// <summary>So many at a time; those that wait are served in the order they came.</summary>
internal sealed class Permits
{
    // The waiting line of a semaphore is not served in order.
    private readonly Channel<bool> _free;

    public Permits(int count)
    {
        _free = Channel.CreateBounded<bool>(count);
        for (var n = 0; n < count; n++)
            _free.Writer.TryWrite(true);
    }

    /// <summary>A permit until disposed, if there is one right now.</summary>
    public IDisposable? TryEnter() => _free.Reader.TryRead(out _) ? new Permit(_free.Writer) : null;

    /// <summary>Waits for a permit.</summary>
    public IDisposable Enter(CancellationToken cancellation) => TryEnter() ?? EnterAsync(cancellation).GetAwaiter().GetResult();

    /// <summary>Waits for a permit.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await _free.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        return new Permit(_free.Writer);
    }

    private sealed class Permit(ChannelWriter<bool> free) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                free.TryWrite(true);
        }
    }
}
