using System.Globalization;
using System.Threading.RateLimiting;
using Explain.Service.Problems;

namespace Explain.Service.Security;

/// <summary>
/// How much callers may ask for in a minute: a bucket for each, which a minute fills. A request takes one from it, and one more for every
/// further <see cref="PassesOfOne"/> passes through a model, known before they are made.
/// </summary>
internal sealed class Quotas : IDisposable
{
    /// <summary>Passes that one request of a quota stands for.</summary>
    public const int PassesOfOne = 16;

    private readonly SecuritySettings _security;
    private readonly ApiKeys _keys;
    private readonly PartitionedRateLimiter<string> _buckets;

    public Quotas(SecuritySettings security, ApiKeys keys)
    {
        (_security, _keys) = (security, keys);
        _buckets = PartitionedRateLimiter.Create<string, string>(Partition);
        Requests = _buckets.WithTranslatedKey<HttpContext>(Caller.IdentityOf, leaveOpen: true);
    }

    /// <summary>Takes one from the bucket of a request's caller.</summary>
    public PartitionedRateLimiter<HttpContext> Requests { get; }

    /// <summary>Takes what a request costs beyond the one that it took when it came; of a whole quota at most.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="passes">Passes through a model.</param>
    /// <exception cref="ProblemException">There is not enough left.</exception>
    public void Charge(string caller, long passes)
    {
        if (QuotaOf(caller) is not { } quota)
            return;
        var more = (int)Math.Min((passes - 1) / PassesOfOne, quota - 1);
        if (more <= 0)
            return;
        using var lease = _buckets.AttemptAcquire(caller, more);
        if (!lease.IsAcquired)
            throw new ProblemException(Exceeded(lease, $"The request counts as {more + 1} of the caller's {quota} a minute"));
    }

    /// <summary>What is said of a request that there was nothing left for.</summary>
    public static Problem Exceeded(RateLimitLease lease, string what = "The caller's quota of requests a minute is used up")
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : TimeSpan.FromMinutes(1);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return Problem.Of(429, string.Create(CultureInfo.InvariantCulture, $"{what}; try again in {seconds} s.")) with
        {
            RetryAfter = seconds,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Requests.Dispose();
        _buckets.Dispose();
    }

    private int? QuotaOf(string caller) => (Caller.KeyOf(caller) is { } key ? _keys.QuotaOf(key) : null) ?? _security.RequestsPerMinute;

    // A bucket keeps its size: a quota that was changed gets another.
    private RateLimitPartition<string> Partition(string caller) =>
        QuotaOf(caller) is { } quota
            ? RateLimitPartition.GetTokenBucketLimiter($"{caller} {quota}", _ => Bucket(quota))
            : RateLimitPartition.GetNoLimiter("");

    private static TokenBucketRateLimiterOptions Bucket(int quota) =>
        new()
        {
            TokenLimit = quota,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / quota,
            QueueLimit = 0,
        };
}
