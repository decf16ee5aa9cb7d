using Microsoft.Extensions.Caching.Distributed;

namespace Explain.Service.Caching;

/// <summary>
/// A shared cache that answers never wait for: what it does not do soon is not done. When it fails it is left alone for a while and then
/// tried by one request at a time; an outage is reported once when it begins and once when it is over.
/// </summary>
/// <param name="inner">The shared cache.</param>
/// <param name="name">Where it is, for the log; nothing secret.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">The log.</param>
internal sealed class SharedTier(IDistributedCache inner, string name, TimeProvider clock, ILogger<SharedTier> logger)
    : IDistributedCache,
        IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(250);

    // Nobody waits for a value to be written.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private volatile bool _down;
    private long _failed;
    private long _nextTry;

    /// <summary>Whether it answered the last time it was asked.</summary>
    public bool Up => !_down;

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        TryAsync(t => inner.GetAsync(key, t), ReadTimeout, token);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        TryAsync(t => Nothing(inner.SetAsync(key, value, options, t)), WriteTimeout, token);

    public Task RefreshAsync(string key, CancellationToken token = default) =>
        TryAsync(t => Nothing(inner.RefreshAsync(key, t)), WriteTimeout, token);

    public Task RemoveAsync(string key, CancellationToken token = default) =>
        TryAsync(t => Nothing(inner.RemoveAsync(key, t)), WriteTimeout, token);

    public byte[]? Get(string key) => GetAsync(key).GetAwaiter().GetResult();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options).GetAwaiter().GetResult();

    public void Refresh(string key) => RefreshAsync(key).GetAwaiter().GetResult();

    public void Remove(string key) => RemoveAsync(key).GetAwaiter().GetResult();

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static async Task<byte[]?> Nothing(Task done)
    {
        await done;
        return null;
    }

    private async Task<byte[]?> TryAsync(Func<CancellationToken, Task<byte[]?>> work, TimeSpan timeout, CancellationToken cancellation)
    {
        if (!MayTry())
            return null;
        var start = clock.GetTimestamp();
        try
        {
            // On another thread: even to begin may take long, when a name has to be resolved.
            var result = await Task.Run(() => work(cancellation), cancellation).WaitAsync(timeout, clock, cancellation);
            Answered(start);
            return result;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            Failed(e);
            return null;
        }
    }

    private bool MayTry()
    {
        if (!_down)
            return true;
        lock (_lock)
        {
            if (_down && clock.GetTimestamp() < _nextTry)
                return false;
            _nextTry = Later();
            return true;
        }
    }

    // What began before the failure says nothing of the time after it.
    private void Answered(long start)
    {
        if (!_down)
            return;
        lock (_lock)
        {
            if (!_down || start <= _failed)
                return;
            _down = false;
        }
        logger.LogInformation("Redis at {Redis} answers again", name);
    }

    private void Failed(Exception reason)
    {
        lock (_lock)
        {
            (_failed, _nextTry) = (clock.GetTimestamp(), Later());
            if (_down)
                return;
            _down = true;
        }
        logger.LogWarning(
            "Redis at {Redis} does not answer ({Reason}); answers are cached in memory only until it does",
            name,
            reason.GetType().Name
        );
    }

    private long Later() => clock.GetTimestamp() + (long)(Pause.TotalSeconds * clock.TimestampFrequency);
}
