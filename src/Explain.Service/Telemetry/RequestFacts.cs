using Explain.Engine.Telemetry;

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
