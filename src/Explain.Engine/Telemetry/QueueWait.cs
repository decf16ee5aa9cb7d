using System.Collections.Concurrent;
using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>A request's wait for its turn: from <see cref="Begin"/> until it is disposed of.</summary>
public sealed class QueueWait : IDisposable
{
    private static readonly ConcurrentDictionary<string, int> Lengths = [];

    private readonly string _model = RequestTrace.Current?.Model ?? EngineTelemetry.NoModel;
    private readonly Activity? _span = EngineTelemetry.Source.StartActivity(StageClock.NameOf(Stage.Queue));
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _over;

    private QueueWait()
    {
        RequestTrace.Current?.Describe(_span);
        Lengths.AddOrUpdate(_model, 1, (_, length) => length + 1);
    }

    /// <summary>Begins to wait, on behalf of the request under way.</summary>
    public static QueueWait Begin() => new();

    /// <summary>How many requests wait for a model.</summary>
    public static int Length(string model) => Lengths.GetValueOrDefault(model);

    /// <summary>Ends the wait.</summary>
    public void Dispose() => End(TimeSpan.Zero);

    /// <summary>Ends the wait of a request that got its result in the run of another.</summary>
    /// <param name="run">What that run took: it is no waiting.</param>
    public void End(TimeSpan run)
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
            return;
        Lengths.AddOrUpdate(_model, 0, (_, length) => length - 1);
        var time = Stopwatch.GetElapsedTime(_start) - run;
        if (time < TimeSpan.Zero)
            time = TimeSpan.Zero;
        RequestTrace.Current?.Add(Stage.Queue, time);
        if (run > TimeSpan.Zero)
            _span?.SetEndTime(DateTime.UtcNow - run);
        _span?.Dispose();
        if (run > TimeSpan.Zero)
            StageClock.DrawShared(run);
    }
}
