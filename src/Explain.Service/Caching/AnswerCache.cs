using System.Diagnostics;
using Microsoft.Extensions.Caching.Hybrid;

namespace Explain.Service.Caching;

/// <summary>Keeps whole answers. Equal requests at the same time are computed once, for as long as one of them is waited for.</summary>
internal sealed class AnswerCache(CacheSettings settings, IServiceProvider services)
{
    private static readonly HybridCacheEntryOptions LookUp = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

    // Only to wait for each other: what is kept is put there apart.
    private static readonly HybridCacheEntryOptions Together = new()
    {
        Flags = HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCache,
    };

    private readonly HybridCache? _cache = settings.On ? services.GetRequiredService<HybridCache>() : null;

    /// <summary>Whether answers are kept.</summary>
    public bool On => _cache is not null;

    /// <summary>Gets an answer, or computes it.</summary>
    /// <param name="question">What it depends on.</param>
    /// <param name="compute">
    /// Computes it, perhaps for several who ask, and says whether it may be kept. The token ends when nobody waits any more.
    /// </param>
    /// <param name="cancellation">Ends this caller's wait.</param>
    /// <returns>The answer, and whether it was computed for somebody else; null when nothing is kept.</returns>
    public async Task<(CachedAnswer Answer, bool? Hit)> GetAsync(
        Question question,
        Func<CancellationToken, Task<(CachedAnswer Answer, bool Keep)>> compute,
        CancellationToken cancellation
    )
    {
        if (_cache is null)
            return ((await compute(cancellation)).Answer, null);
        var key = AnswerKey.Of(question);
        if (await FindAsync(key, cancellation) is { } found)
            return (found, true);
        // The cache computes on another thread, without what flows from this one.
        var (activity, computed) = (Activity.Current, false);
        var answer = await _cache.GetOrCreateAsync(
            key,
            async ending =>
            {
                (Activity.Current, computed) = (activity, true);
                var (made, keep) = await compute(ending);
                if (keep)
                    Keep(key, made);
                return made;
            },
            Together,
            cancellationToken: cancellation
        );
        return (answer, !computed);
    }

    private ValueTask<CachedAnswer?> FindAsync(string key, CancellationToken cancellation) =>
        _cache!.GetOrCreateAsync(key, static _ => ValueTask.FromResult<CachedAnswer?>(null), LookUp, cancellationToken: cancellation);

    // In memory when this returns; nobody waits for the shared cache.
    private void Keep(string key, CachedAnswer answer) =>
        _ = _cache!.SetAsync(key, answer, cancellationToken: CancellationToken.None).AsTask();
}
