using System.Diagnostics;
using Explain.Engine.Telemetry;

namespace Explain.Engine.Tests;

/// <summary>Cancels what the test asks for from now on as soon as a stage of it begins.</summary>
internal sealed class CancelledAt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Activity _request = new Activity("cancelled").Start();
    private readonly ActivityListener _listener;

    public CancelledAt(Stage stage)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == EngineTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = span =>
            {
                if (Span is not null || span.TraceId != _request.TraceId || span.OperationName != StageClock.NameOf(stage))
                    return;
                Span = span;
                _source.Cancel();
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Cancelled when the stage begins.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The stage in which it was; null before.</summary>
    public Activity? Span { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _request.Dispose();
        _source.Dispose();
    }
}
