using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Explain.Engine;
using Explain.Service.Settings;

namespace Explain.Service.Limits;

/// <summary>
/// For each model, lets so many requests compute that every native run can be a full batch, and a fixed number wait. It is entered after the body has arrived: a caller who sends
/// slowly occupies nobody's turn.
/// </summary>
internal sealed class RunGate(ServiceSettings settings) : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _models = [];

    /// <summary>Requests that may compute at once, for each model.</summary>
    public int Places { get; } = settings.Engine.MaxConcurrentRuns * settings.Engine.MaxBatch;

    /// <summary>Requests that wait for a turn, by model.</summary>
    public IEnumerable<(string Model, long Waiting)> Queues => _models.Select(m => (m.Key, m.Value.GetStatistics()?.CurrentQueuedCount ?? 0));

    /// <summary>Refuses a request before its body is read, when there is no room for it anyway.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public void RefuseWhenFull(string model)
    {
        if (Limiter(model).GetStatistics() is { CurrentAvailablePermits: 0 } now && now.CurrentQueuedCount >= settings.QueueLimit) throw Full(model);
    }

    /// <summary>Waits for a turn, which lasts until the result is disposed.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public async Task<IDisposable> EnterAsync(string model, CancellationToken cancellation)
    {
        var lease = await Limiter(model).AcquireAsync(1, cancellation);
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        throw Full(model);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var limiter in _models.Values) limiter.Dispose();
    }

    private ConcurrencyLimiter Limiter(string model) => _models.GetOrAdd(model, _ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions
    {
        PermitLimit = Places,
        QueueLimit = settings.QueueLimit,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    }));

    private ExplainException Full(string model) =>
        new(ExplainError.Overloaded, $"{Places} requests to model '{model}' are being computed and {settings.QueueLimit} wait; try again.");
}
