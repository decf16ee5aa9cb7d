using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>The work of a stage, until it is disposed of: a span, and the time in the request's <see cref="RequestTrace"/>.</summary>
public readonly struct StageScope : IDisposable
{
    private readonly RequestTrace _trace;
    private readonly Stage _stage;
    private readonly Activity? _span;
    private readonly long _start;

    internal StageScope(RequestTrace trace, Stage stage)
    {
        (_trace, _stage, _span) = (trace, stage, EngineTelemetry.Source.StartActivity(StageClock.NameOf(stage)));
        trace.Describe(_span);
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Makes a failure of the work the state of the span.</summary>
    public void Fail(Exception failure) => _span.Fail(failure);

    /// <summary>Ends the work.</summary>
    public void Dispose()
    {
        _trace.Add(_stage, Stopwatch.GetElapsedTime(_start));
        _span?.Dispose();
    }
}
