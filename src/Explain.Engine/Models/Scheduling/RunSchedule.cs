using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Scheduling;

/// <summary>How many native runs go on at once, over all models, and how large batches of several requests may become.</summary>
internal sealed class RunSchedule
{
    public RunSchedule(EngineOptions options)
    {
        (Runs, MaxRows, Linger) = (new Permits(options.MaxConcurrentRuns), options.MaxBatch, options.BatchDelay);
        // Requests that wait for a run leave threads for all else: the pool would add them one or two a second.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, options.MaxConcurrentRuns * options.MaxBatch + Environment.ProcessorCount), completions);
    }

    /// <summary>Native runs; a permit is held until the native call has returned, whoever still waits for its result.</summary>
    public Permits Runs { get; }

    /// <summary>Rows of a batch, at most; 1 means that every request runs alone.</summary>
    public int MaxRows { get; }

    /// <summary>How long a batch that is not full waits for others before it asks for a permit.</summary>
    public TimeSpan Linger { get; }
}
