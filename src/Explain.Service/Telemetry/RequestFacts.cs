using Explain.Engine.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Telemetry;

/// <summary>What a request is and became; a feature of its context.</summary>
/// <param name="Route">What it is measured as; null when it computes nothing.</param>
/// <param name="Trace">What the engine says of it.</param>
/// <param name="Body">Its answer.</param>
internal sealed record RequestFacts(MeasuredRoute? Route, RequestTrace Trace, CountedBody Body)
{
    /// <summary>How it ended; null when it is not measured.</summary>
    public string? Outcome { get; set; }

    /// <summary>The method as metrics name it; null when it is not measured.</summary>
    public string? Method { get; set; }
}

/// <summary>What is known of a request, from its context.</summary>
internal static class RequestFactsOfContext
{
    /// <summary>The request's trace.</summary>
    public static RequestTrace Trace(this HttpContext context) => context.Features.GetRequiredFeature<RequestFacts>().Trace;

    /// <summary>On behalf of the request, until its caller leaves.</summary>
    public static RunContext Run(this HttpContext context) => new(context.Trace(), context.RequestAborted);
}
