using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Explain.Engine.Telemetry;

/// <summary>
/// What the engine tells of itself: spans and metrics under the name <see cref="Name"/>. Nothing is done for those that nobody listens to.
/// </summary>
public static class EngineTelemetry
{
    /// <summary>Name of the source of spans and of the meter.</summary>
    public const string Name = "Explain";

    /// <summary>Stands for a model that is not served.</summary>
    public const string NoModel = "unknown";

    /// <summary>Boundaries for parts of a request, in seconds.</summary>
    public static readonly InstrumentAdvice<double> PartBoundaries = new()
    {
        HistogramBucketBoundaries = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30],
    };

    private static readonly Metric Runs = new("explain.executions", MetricKind.Counter, "{run}", "Native runs", "model");
    private static readonly Metric Sizes = new("explain.batch.size", MetricKind.Histogram, "{row}", "Batch items of a native run", "model");

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Executions = Meter.CreateCounter<long>(Runs.Name, Runs.Unit, Runs.Meaning);

    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        Sizes.Name,
        Sizes.Unit,
        Sizes.Meaning,
        null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] }
    );

    /// <summary>The metrics of native runs.</summary>
    public static IReadOnlyList<Metric> Metrics { get; } = [Runs, Sizes];

    /// <summary>The source of spans.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Begins a native run.</summary>
    /// <param name="requests">The requests it serves; its span is linked with all of them when they are several.</param>
    /// <param name="items">Batch items of all of them together.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="cached">Whether the session was open already.</param>
    /// <returns>The span of the run, to be disposed of at its end; null when nobody listens.</returns>
    internal static Activity? StartRun(IReadOnlyList<RunOrigin> requests, int items, string model, string provider, bool cached)
    {
        var tag = KeyValuePair.Create<string, object?>("model", model);
        Executions.Add(1, tag);
        BatchSize.Record(items, tag);
        var span = Source.StartActivity(
            StageClock.NameOf(Stage.Run),
            ActivityKind.Internal,
            default(ActivityContext),
            links: requests.Count > 1 ? requests.Where(r => r.Span != default).Select(r => new ActivityLink(r.Span)) : null
        );
        if (span is null)
            return null;
        if (requests is [var only])
            only.Trace.Describe(span);
        return span.SetTag("explain.model", model)
            .SetTag("explain.rows", items)
            .SetTag("explain.provider", provider)
            .SetTag("explain.session.cached", cached);
    }
}
