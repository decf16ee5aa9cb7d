using System.Threading.RateLimiting;
using Explain.Engine;
using Explain.Engine.Telemetry;
using Explain.Service.Settings;

namespace Explain.Service.Limits;

/// <summary>
/// Lets a fixed number of requests compute at a time and a fixed number wait. It is entered after the body has arrived: a caller
/// who sends slowly occupies nobody's turn.
/// </summary>
internal sealed class RunGate(ServiceSettings settings) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = settings.MaxConcurrentRuns,
        QueueLimit = settings.QueueLimit,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Refuses a request before its body is read, when there is no room for it anyway.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public void RefuseWhenFull()
    {
        if (_limiter.GetStatistics() is { CurrentAvailablePermits: 0 } now && now.CurrentQueuedCount >= settings.QueueLimit) throw Full();
    }

    /// <summary>Waits for a turn, which lasts until the result is disposed.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        using var wait = QueueWait.Begin();
        var lease = await _limiter.AcquireAsync(1, cancellation);
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        throw Full();
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    private ExplainException Full() =>
        new(ExplainError.Overloaded, $"{settings.MaxConcurrentRuns} requests are being computed and {settings.QueueLimit} wait; try again.");
}
