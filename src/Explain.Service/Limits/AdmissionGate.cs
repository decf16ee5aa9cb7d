using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Limits;

/// <summary>
/// Lets so many requests compute that every native run can be a full batch, and for each model a fixed number wait. It is entered after the
/// body has arrived: a caller who sends slowly occupies nobody's turn.
/// </summary>
internal sealed class AdmissionGate(LimitSettings settings) : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _models = [];
    private readonly ConcurrencyLimiter _all = new(Limits(settings, int.MaxValue));

    /// <summary>Refuses a request before its body is read, when there is no room for it anyway.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public void RefuseWhenFull(string model)
    {
        if (Limiter(model).GetStatistics() is { CurrentAvailablePermits: 0 } now && now.CurrentQueuedCount >= settings.QueueLimit)
            throw Full(model);
    }

    /// <summary>Waits for a turn, which lasts until the result is disposed.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public async Task<IDisposable> EnterAsync(string model, RunContext run)
    {
        using var wait = new QueueWait(run.Trace);
        var own = await Limiter(model).AcquireAsync(1, run.Cancellation);
        if (!own.IsAcquired)
            throw Full(model);
        try
        {
            return new Turn(own, await _all.AcquireAsync(1, run.Cancellation));
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var limiter in _models.Values.Append(_all))
            limiter.Dispose();
    }

    private ConcurrencyLimiter Limiter(string model) =>
        _models.GetOrAdd(model, _ => new ConcurrencyLimiter(Limits(settings, settings.QueueLimit)));

    private static ConcurrencyLimiterOptions Limits(LimitSettings settings, int queue) =>
        new()
        {
            PermitLimit = settings.Places,
            QueueLimit = queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };

    private ExplainException Full(string model) =>
        new(ExplainError.Overloaded, $"{settings.QueueLimit} requests to model '{model}' wait already; try again.");
}
