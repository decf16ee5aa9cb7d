using Explain.Engine.Turns;

namespace Explain.Engine.Telemetry;

/// <summary>On whose behalf the engine works: where it is noted what becomes known, and when nobody waits any more.</summary>
/// <param name="Trace">The request's trace.</param>
/// <param name="Cancellation">Ends native runs, too.</param>
public sealed record RunContext(RequestTrace Trace, CancellationToken Cancellation)
{
    /// <summary>Who asks: callers share the processors evenly.</summary>
    public string Caller { get; init; } = "";

    /// <summary>Which of the lanes that share what a caller gets of a model.</summary>
    public Lane Lane { get; init; }

    /// <summary>Who watches the work; null for nobody.</summary>
    public IRunWatch? Watch { get; init; }

    /// <summary>Its group in a queue.</summary>
    internal Share[] Way => [new(Caller), new(Trace.Model), new(Lane.ToString())];

    /// <summary>For work that belongs to no request of a service, as at the command line.</summary>
    /// <param name="cancellation">Ends native runs, too.</param>
    public static RunContext Alone(CancellationToken cancellation) =>
        new(new RequestTrace(EngineTelemetry.NoModel, new QueueLengths()), cancellation);
}
