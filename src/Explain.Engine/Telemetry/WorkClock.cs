using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>Measures work; what the request waits for its turn meanwhile is not counted.</summary>
internal readonly struct WorkClock
{
    private readonly RequestTrace _trace;
    private readonly TimeSpan _waited;
    private readonly long _start;

    private WorkClock(RequestTrace trace)
    {
        (_trace, _waited, _start) = (trace, Waited(trace), Stopwatch.GetTimestamp());
    }

    /// <summary>Work since the start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start) - (Waited(_trace) - _waited);

    /// <summary>Starts, for a request.</summary>
    public static WorkClock Start(RequestTrace trace) => new(trace);

    private static TimeSpan Waited(RequestTrace trace) => trace[Stage.Queue];
}
