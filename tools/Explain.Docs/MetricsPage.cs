using Explain.Engine.Telemetry;
using Explain.Service.Telemetry;

namespace Explain.Docs;

/// <summary>The page of all metrics of the service.</summary>
internal static class MetricsPage
{
    /// <summary>The page in Markdown.</summary>
    public static string Text() =>
        new MarkdownPage("Metrics", "What the service counts and times, under which names and labels.")
            .Paragraph(
                "`GET /metrics` serves them for Prometheus, under the names below; a collector gets the same with dots. Nothing "
                    + "that a caller writes\n"
                    + "becomes a label. Beside them are `http_server_…`, `kestrel_…` and `dotnet_…`: the server and the runtime.\n"
                    + "Those that begin with `request_` are KServe's, for all protocols: answered requests that were computed."
            )
            .Table(
                ["metric", "what it is", "kind", "labels"],
                MetricTable.All.Select(m => new[] { $"`{NameOf(m)}`", m.Meaning, $"{m.Kind}".ToLowerInvariant(), Code(m.Labels) })
            )
            .Table(["label", "what it says", "values"], MetricTable.Labels.Select(l => new[] { $"`{l.Label}`", l.Meaning, Code(l.Values) }))
            .ToString();

    /// <summary>What Prometheus calls a metric.</summary>
    public static string NameOf(Metric metric) =>
        metric.Name.Replace('.', '_') + (metric.Unit == "s" ? "_seconds" : "") + (metric.Kind == MetricKind.Counter ? "_total" : "");

    private static string Code(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"`{n}`"));
}
