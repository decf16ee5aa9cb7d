using System.Diagnostics;
using Microsoft.Extensions.Caching.Hybrid;

namespace Explain.Service.Caching;

/// <summary>Keeps whole answers. Equal requests at the same time are computed once, for as long as one of them is waited for.</summary>
internal sealed class AnswerCache(CacheSettings settings, IServiceProvider services)
{
    private readonly HybridCache? _cache = settings.On ? services.GetRequiredService<HybridCache>() : null;

    /// <summary>Whether answers are kept.</summary>
    public bool On => _cache is not null;

    /// <summary>Gets an answer, or computes it.</summary>
    /// <param name="question">What it depends on.</param>
    /// <param name="compute">Computes it, and says whether it may be kept. The token ends when nobody waits any more.</param>
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
        // The cache computes on another thread, without what flows from this one.
        var (activity, computed) = (Activity.Current, false);
        try
        {
            var kept = await _cache.GetOrCreateAsync(
                AnswerKey.Of(question),
                async ending =>
                {
                    (Activity.Current, computed) = (activity, true);
                    var (answer, keep) = await compute(ending);
                    return keep ? answer : throw new UnkeptAnswerException(answer);
                },
                cancellationToken: cancellation
            );
            return (kept, !computed);
        }
        catch (UnkeptAnswerException unkept)
        {
            return (unkept.Answer, !computed);
        }
    }

    // The only way to hand an answer to everybody who waits for it that the cache does not keep.
    private sealed class UnkeptAnswerException(CachedAnswer answer) : Exception
    {
        public CachedAnswer Answer => answer;
    }
}
