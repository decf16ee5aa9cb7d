namespace Explain.Engine.Telemetry;

/// <summary>Measures runs of the model; what the request waits meanwhile is a stage of its own.</summary>
/// <param name="trace">That of the request.</param>
internal sealed class RunClock(RequestTrace trace)
{
    /// <summary>All runs so far, without the waits.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>Measures until it is disposed of.</summary>
    public Scope Measure() => new(this, WorkClock.Start(trace));

    private void Add(TimeSpan time)
    {
        Total += time;
        trace.Add(Stage.Run, time);
    }

    /// <summary>Runs that are measured.</summary>
    internal readonly struct Scope(RunClock clock, WorkClock work) : IDisposable
    {
        /// <summary>Ends them.</summary>
        public void Dispose() => clock.Add(work.Elapsed);
    }
}
