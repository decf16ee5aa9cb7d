using Explain.Engine.Catalogue;
using Explain.Engine.Telemetry;
using Explain.Service.Endpoints;
using static Explain.Engine.Telemetry.MetricKind;

namespace Explain.Service.Telemetry;

/// <summary>Every metric of requests, and what its labels say.</summary>
internal static class MetricTable
{
    /// <summary>The last day.</summary>
    public const string RecentPeriod = "recent";

    /// <summary>The week that it is compared with.</summary>
    public const string ReferencePeriod = "reference";

    /// <summary>The metrics, in the order in which they should be shown; names and units of the last ones are KServe's.</summary>
    // csharpier-ignore
    public static IReadOnlyList<Metric> All { get; } =
    [
        new("explain.requests", Counter, "{request}", "Requests that make a model compute, by how they ended", "model", "method", "operation", "protocol", "outcome"),
        new("explain.duration", Histogram, "s", "Time from the arrival of such a request to the end of its answer", "model", "method", "outcome"),
        new("explain.stage.duration", Histogram, "s", "Time a request spends in a stage", "model", "stage"),
        new("explain.queue.duration", Histogram, "s", "Time a request waits for its turn", "model"),
        new("explain.queue.length", Gauge, "{request}", "Requests that wait for their turn", "model"),
        new("explain.cache.requests", Counter, "{request}", "Answers looked up in the cache", "result"),
        new("explain.models", Gauge, "{model}", "Models by state, and what runs them", "state", "provider"),
        new("explain.maps", Gauge, "{map}", "Kept maps that the next figures are of: a sample of the last day, and of the week that it is compared with", "model", "method", "period"),
        new("explain.map.constant.share", Gauge, null, "Share of maps that are the same everywhere, or without a positive value; what follows is of the others", "model", "method", "period"),
        new("explain.map.border.share", Gauge, null, "Share of their positive part in the outermost eighth of the picture on each side; 0.44 if it were even", "model", "method", "period"),
        new("explain.map.entropy", Gauge, null, "Their entropy: 0 for one place, 1 for a map that is the same everywhere", "model", "method", "period"),
        new("explain.map.centroid.shift", Gauge, null, "Distance of their mean centroids in the two periods, in sides of the picture", "model", "method"),
        new("explain.map.agreement", Gauge, null, "What their mean maps in the two periods have in common: 1 for the same, 0 for maps that never meet", "model", "method"),
        .. EngineTelemetry.Metrics,
        new("request_preprocess_seconds", Histogram, null, "Time to decode and prepare the input", "model_name"),
        new("request_explain_seconds", Histogram, null, "Time to explain the prepared input", "model_name"),
        new("request_predict_seconds", Histogram, null, "Time to classify the prepared input", "model_name"),
        new("request_postprocess_seconds", Histogram, null, "Time to draw and encode the answer", "model_name"),
    ];

    /// <summary>What each label is, and its values where they are few.</summary>
    // csharpier-ignore
    public static IReadOnlyList<(string Label, string Meaning, IReadOnlyList<string> Values)> Labels { get; } =
    [
        ("model", $"The model's name; `{EngineTelemetry.NoModel}` for one that is not served.", []),
        ("method", $"The method's id; `{RequestTrace.Nothing}` for predictions, `{RequestTrace.Several}` for comparisons, `{EngineTelemetry.NoModel}` for a request that was refused before it was read.", []),
        ("operation", "What was asked for.", [.. Operation.All.Select(o => o.Name)]),
        ("protocol", "Whose words the request spoke.", [.. Protocol.All.Select(p => p.Name)]),
        ("outcome", "How the request ended.", Outcome.Words),
        ("stage", "The part of the work.", [.. Enum.GetValues<Stage>().Select(StageClock.NameOf)]),
        ("result", "Whether the answer was there.", [AnswerHeader.Hit, AnswerHeader.Miss]),
        ("state", "The state of the models that are counted.", [.. Enum.GetNames<ModelState>().Select(s => s.ToLowerInvariant())]),
        ("provider", "What runs the models.", ["cpu", "cuda"]),
        ("period", "When the maps were given.", [RecentPeriod, ReferencePeriod]),
        ("model_name", "The model's name, as KServe labels it.", []),
    ];

    /// <summary>The row of a metric.</summary>
    public static Metric Of(string name) => All.Single(m => m.Name == name);
}
