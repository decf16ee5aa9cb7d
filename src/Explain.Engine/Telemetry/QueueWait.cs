using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>A request's wait for its turn: until it is disposed of.</summary>
public sealed class QueueWait : IDisposable
{
    private readonly RequestTrace _trace;
    private readonly Activity? _span = EngineTelemetry.Source.StartActivity(StageClock.NameOf(Stage.Queue));
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _over;

    /// <summary>Begins to wait.</summary>
    /// <param name="trace">That of the request.</param>
    public QueueWait(RequestTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        _trace = trace;
        trace.Describe(_span);
        trace.Queues.Add(trace.Model, 1);
    }

    /// <summary>Ends the wait.</summary>
    public void Dispose() => End(TimeSpan.Zero);

    /// <summary>Ends the wait of a request that got its result in the run of another.</summary>
    /// <param name="run">What that run took: it is no waiting.</param>
    public void End(TimeSpan run)
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
            return;
        _trace.Queues.Add(_trace.Model, -1);
        var time = Stopwatch.GetElapsedTime(_start) - run;
        _trace.Add(Stage.Queue, time > TimeSpan.Zero ? time : TimeSpan.Zero);
        if (run > TimeSpan.Zero)
            _span?.SetEndTime(DateTime.UtcNow - run);
        _span?.Dispose();
        if (run > TimeSpan.Zero)
            _trace.DrawShared(run);
    }
}
