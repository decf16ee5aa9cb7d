using System.Threading.RateLimiting;

namespace Explain.Engine.Models.Sessions;

/// <summary>So many at a time; those that wait are served in the order they came.</summary>
internal static class Limiters
{
    /// <summary>A limiter.</summary>
    /// <param name="count">How many at a time.</param>
    public static ConcurrencyLimiter InOrder(int count) =>
        new(
            new ConcurrencyLimiterOptions
            {
                PermitLimit = count,
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        );

    /// <summary>A permit until disposed, if there is one right now.</summary>
    public static RateLimitLease? TryEnter(this ConcurrencyLimiter limiter) =>
        limiter.AttemptAcquire() is { IsAcquired: true } lease ? lease : null;

    /// <summary>Waits for a permit, on this thread.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static RateLimitLease Enter(this ConcurrencyLimiter limiter, CancellationToken cancellation) =>
        limiter.AcquireAsync(1, cancellation).AsTask().GetAwaiter().GetResult();
}
