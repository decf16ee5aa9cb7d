namespace Explain.Engine.Telemetry;

/// <summary>On whose behalf the engine works: where it is noted what becomes known, and when nobody waits any more.</summary>
/// <param name="Trace">The request's trace.</param>
/// <param name="Cancellation">Ends native runs, too.</param>
public sealed record RunContext(RequestTrace Trace, CancellationToken Cancellation)
{
    /// <summary>For work that belongs to no request of a service, as at the command line.</summary>
    /// <param name="cancellation">Ends native runs, too.</param>
    public static RunContext Alone(CancellationToken cancellation) =>
        new(new RequestTrace(EngineTelemetry.NoModel, new QueueLengths()), cancellation);
}
