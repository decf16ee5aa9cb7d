using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>A request that a native run serves.</summary>
/// <param name="Trace">Its trace.</param>
/// <param name="Span">The span that it was in when it asked for the run; default where nobody listens.</param>
internal readonly record struct RunOrigin(RequestTrace Trace, ActivityContext Span)
{
    /// <summary>A request, as it is now.</summary>
    public static RunOrigin Of(RequestTrace trace) => new(trace, Activity.Current?.Context ?? default);
}
