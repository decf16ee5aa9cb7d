using System.Collections.Concurrent;
using System.Diagnostics;

namespace Explain.Service.Tests.Telemetry;

/// <summary>Collects the spans of this process: those of requests here, and those of tests beside it, which have other trace ids.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _stopped = [];
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Explain" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>A parent for a request, as its header has it.</summary>
    public static (ActivityTraceId Trace, ActivitySpanId Span, string Header) Parent()
    {
        var (trace, span) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());
        return (trace, span, $"00-{trace}-{span}-01");
    }

    /// <summary>The spans of a trace, once the server's span has ended.</summary>
    public async Task<(Activity Server, Activity[] Stages)> OfAsync(ActivityTraceId trace)
    {
        await Wait.UntilAsync(() => _stopped.Any(s => s.TraceId == trace && s.Kind == ActivityKind.Server), "the server's span has ended");
        var spans = _stopped.Where(s => s.TraceId == trace).ToArray();
        return (
            spans.Single(s => s.Kind == ActivityKind.Server),
            [.. spans.Where(s => s.Kind == ActivityKind.Internal).OrderBy(s => s.StartTimeUtc)]
        );
    }

    /// <summary>The spans of a stage of a trace that have ended so far.</summary>
    public IEnumerable<Activity> Ended(ActivityTraceId trace, string stage) =>
        _stopped.Where(s => s.TraceId == trace && s.OperationName == stage);

    public void Dispose() => _listener.Dispose();
}
