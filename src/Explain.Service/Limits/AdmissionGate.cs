using System.Collections.Concurrent;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Limits;

/// <summary>
/// Lets so many requests to a model compute that every native run can be a full batch, and a fixed number wait. Callers come to their turns
/// evenly, and what takes many passes leaves places to what takes few. It is entered after the body has arrived: a caller who sends slowly
/// occupies nobody's turn.
/// </summary>
internal sealed class AdmissionGate(LimitSettings settings)
{
    private readonly ConcurrentDictionary<string, FairQueue> _models = [];

    /// <summary>Refuses a request before its body is read, when there is no room for it anyway.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public void RefuseWhenFull(string model, RunContext run)
    {
        if (Queue(model).IsFull(Way(run)))
            throw Full(model);
    }

    /// <summary>Waits for a turn, which lasts until the result is disposed.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public async Task<IDisposable> EnterAsync(string model, RunContext run)
    {
        using var wait = new QueueWait(run.Trace);
        return await Queue(model).EnterAsync(run.Cancellation, Way(run)) ?? throw Full(model);
    }

    private Share[] Way(RunContext run) =>
        [new(run.Lane.ToString(), run.Lane == Lane.Heavy ? settings.HeavyPlaces : settings.Places), new(run.Caller)];

    private FairQueue Queue(string model) => _models.GetOrAdd(model, _ => new FairQueue(settings.Places, settings.QueueLimit));

    private ExplainException Full(string model) =>
        new(ExplainError.Overloaded, $"{settings.QueueLimit} requests to model '{model}' wait already; try again.");
}
