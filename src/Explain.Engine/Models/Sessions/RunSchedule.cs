using Explain.Engine.Turns;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// How many native runs go on at once, over all models, on which threads, and how large batches of several requests may become.
/// </summary>
internal sealed class RunSchedule(EngineOptions options) : IDisposable
{
    // Who has a turn at one model must not wait for the threads of those who have theirs at others.
    private const int BusyModels = 32;

    /// <summary>Native runs; a permit is held until the native call has returned, whoever still waits for its result.</summary>
    public FairQueue Runs { get; } = new(options.MaxConcurrentRuns);

    /// <summary>Threads for requests under way: those that run, those that wait to run as one batch, and those that prepare.</summary>
    public WorkThreads Threads { get; } = new(BusyModels * options.MaxConcurrentRuns * options.MaxBatch);

    /// <summary>Batch items of a run, at most; 1 means that every request runs alone.</summary>
    public int MaxItems { get; } = options.MaxBatch;

    /// <summary>How long a batch that is not full waits for others before it asks for a permit.</summary>
    public TimeSpan Linger { get; } = options.BatchDelay;

    /// <inheritdoc/>
    public void Dispose() => Threads.Dispose();
}
