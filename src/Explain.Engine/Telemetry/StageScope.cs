using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>
/// The work of a stage, until it is disposed of: a span, and the time in the request's <see cref="RequestTrace"/>. Work that is left before
/// it is done has failed.
/// </summary>
public sealed class StageScope : IDisposable
{
    private readonly RequestTrace _trace;
    private readonly Stage _stage;
    private readonly Activity? _span;
    private readonly long _start;
    private bool _done;

    internal StageScope(RequestTrace trace, Stage stage)
    {
        (_trace, _stage, _span) = (trace, stage, EngineTelemetry.Source.StartActivity(StageClock.NameOf(stage)));
        trace.Describe(_span);
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>The work came to its end.</summary>
    public void Done() => _done = true;

    /// <summary>The work came to its end, with this.</summary>
    public T Done<T>(T result)
    {
        _done = true;
        return result;
    }

    /// <summary>Ends the stage.</summary>
    public void Dispose()
    {
        _trace.Add(_stage, Stopwatch.GetElapsedTime(_start));
        if (!_done)
            _span?.SetStatus(ActivityStatusCode.Error);
        _span?.Dispose();
    }
}
