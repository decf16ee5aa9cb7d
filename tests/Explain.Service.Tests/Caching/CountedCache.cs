using Microsoft.Extensions.Caching.Hybrid;

namespace Explain.Service.Tests.Caching;

/// <summary>The service's cache, which counts who has asked it: whoever is counted gets what is computed already, or computes it.</summary>
internal sealed class CountedCache(HybridCache cache) : HybridCache
{
    private int _asked;

    /// <summary>Requests that have asked so far.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default
    )
    {
        var answer = cache.GetOrCreateAsync(key, state, factory, options, tags, cancellationToken);
        // Who only looks it up waits for nobody.
        if (options?.Flags?.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData) != true)
            Interlocked.Increment(ref _asked);
        return answer;
    }

    public override ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default
    ) => cache.SetAsync(key, value, options, tags, cancellationToken);

    public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        cache.RemoveAsync(key, cancellationToken);

    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        cache.RemoveByTagAsync(tag, cancellationToken);
}
