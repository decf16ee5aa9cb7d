using Explain.Engine.Telemetry;
using Explain.Service.Endpoints;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Requests;

/// <summary>What is known of a request under way: made once, at its beginning, and passed down.</summary>
/// <param name="Http">The request; only while it lasts.</param>
/// <param name="Protocol">Whose words it speaks.</param>
/// <param name="Operation">What it makes a model compute; null when it computes nothing.</param>
/// <param name="Trace">What the engine says of it.</param>
/// <param name="Deadline">When it must be answered.</param>
internal sealed record RequestFacts(HttpContext Http, Protocol Protocol, Operation? Operation, RequestTrace Trace, RequestDeadline Deadline)
{
    /// <summary>What looking into the cache took, where the answer came from it; null where it did not.</summary>
    public TimeSpan? CacheTime { get; set; }

    /// <summary>Whether the answer came from the cache; null where none was looked for.</summary>
    public bool? CacheHit { get; set; }

    /// <summary>The method that was asked for, or <see cref="RequestTrace.Several"/>; null until it is known.</summary>
    public string? Method { get; set; }

    /// <summary>How it ended; null until it has, and when it is not measured.</summary>
    public string? Outcome { get; set; }

    /// <summary>On behalf of the request, until its caller leaves or the service's deadline has passed.</summary>
    public RunContext Run() => new(Trace, Http.RequestAborted) { Caller = Caller.IdentityOf(Http) };

    /// <summary>Those of a request.</summary>
    public static RequestFacts Of(HttpContext http) => http.Features.GetRequiredFeature<RequestFacts>();
}
