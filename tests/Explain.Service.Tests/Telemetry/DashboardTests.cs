using System.Text.Json;
using System.Text.RegularExpressions;
using Explain.Service.AuditTrail;
using Explain.Service.Tests.AuditTrail;
using Explain.Testing;
using Microsoft.AspNetCore.WebUtilities;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Telemetry;

/// <summary>The dashboard that is committed, against the service that it shows.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] Words = ["by", "max", "le", "on", "sum", "rate", "histogram_quantile", "label_values"];

    [Fact]
    public async Task EveryMetricAndLabelOfTheDashboardIsExported()
    {
        using var trail = new TemporaryFolder();
        await MovedClock.WriteTrailAsync(trail.Path);
        await using var service = new WatchedService(["Store=sqlite", $"Store:Directory={trail.Path}", "Store:Maps=true"], []);
        await service.InitializeAsync();
        await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
        await service.Client.SendAsync("/api/v1/models/tiny/predict", Raw(TestImages.Png));
        var metrics = await service.MetricsAsync(
            m => m.Value("http_server_request_duration_seconds_count") >= 2 && m.Of("explain_map_agreement").Any(),
            "the requests are counted and the maps compared"
        );
        var exported = metrics.Samples.GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.SelectMany(s => s.Labels.Keys).ToHashSet());

        Assert.True(Expressions.Count > 20);
        foreach (var expression in Expressions)
        {
            var names = Name()
                .Matches(Selector().Replace(expression, "").Replace("$__rate_interval", ""))
                .Select(m => m.Value)
                .Except(Words)
                .ToArray();
            var used = names.Where(exported.ContainsKey).ToArray();
            Assert.True(used.Length > 0, $"nothing of {expression} is exported");
            var labels = used.SelectMany(n => exported[n]).Concat(used).ToHashSet();
            Assert.All(names, n => Assert.True(labels.Contains(n), $"{n} of {expression} is not exported"));
            foreach (Match selector in Selector().Matches(expression))
            {
                Assert.All(Label().Matches(selector.Value).Select(m => m.Groups[1].Value), l =>
                    Assert.True(labels.Contains(l), $"{expression} asks for a label '{l}'")
                );
            }
        }
    }

    [Fact]
    public void EveryMetricOfOurOwnIsOnTheDashboard()
    {
        string[] own =
        [
            "explain_requests_total",
            "explain_duration_seconds",
            "explain_stage_duration_seconds",
            "explain_batch_size",
            "explain_executions_total",
            "explain_queue_length",
            "explain_queue_duration_seconds",
            "explain_cache_requests_total",
            "explain_models",
            "explain_maps",
            "explain_map_constant_share",
            "explain_map_border_share",
            "explain_map_entropy",
            "explain_map_centroid_shift",
            "explain_map_agreement",
            "request_preprocess_seconds",
            "request_explain_seconds",
            "request_predict_seconds",
            "request_postprocess_seconds",
        ];
        Assert.All(own, name => Assert.Contains(Expressions, e => e.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void LinksToTheServiceSayWhatItsAddressTakes()
    {
        var links = Named("links").SelectMany(l => l.EnumerateArray()).Select(l => l.GetProperty("url").GetString()!).Distinct();
        var link = Assert.Single(links);
        Assert.StartsWith("${service:raw}/api/v1/explanations/drift?", link, StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]).Keys;
        Assert.Empty(asked.Except(AuditTrailQuery.Table.Select(row => row.Name)));
        Assert.Contains(Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray(), v =>
            v.GetProperty("name").GetString() == "service"
        );
    }

    [Fact]
    public void AnExplanationsImageAndIdOpenItsView()
    {
        var links = Named("overrides")
            .SelectMany(o => o.EnumerateArray())
            .SelectMany(o => o.GetProperty("properties").EnumerateArray().Select(p => (Field: o.GetProperty("matcher"), Property: p)))
            .Where(o => o.Property.GetProperty("id").GetString() == "links")
            .Select(o => (o.Field.GetProperty("options").GetString(), o.Property.GetProperty("value")[0].GetProperty("url").GetString()));
        var view = $"${{service:raw}}{ExplanationLink.ViewRoute}/";
        Assert.Equal([("picture", view + "${__data.fields.id}"), ("id", view + "${__value.raw}")], links);
    }

    [Fact]
    public void PanelsAskTheProvisionedSources()
    {
        var sources = Named("datasource").Select(d => d.GetProperty("uid").GetString()).Distinct();
        Assert.Empty(sources.Except(["prometheus", "postgres"]));
        var panels = Dashboard.GetProperty("panels").EnumerateArray().ToArray();
        Assert.Equal(panels.Length, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
    }

    private static JsonElement Dashboard { get; } =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "grafana", "dashboards", "explain.json"))).RootElement;

    private static IReadOnlyList<string> Expressions { get; } =
    [
        .. Named("expr").Select(e => e.GetString()!),
        .. Dashboard
            .GetProperty("templating")
            .GetProperty("list")
            .EnumerateArray()
            .Where(v => v.TryGetProperty("datasource", out var source) && source.GetProperty("uid").GetString() == "prometheus")
            .Select(v => v.GetProperty("query").GetProperty("query").GetString()!),
    ];

    private static IEnumerable<JsonElement> Named(string name) => Below(Dashboard).Where(p => p.Name == name).Select(p => p.Value);

    private static IEnumerable<JsonProperty> Below(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Below(p.Value).Prepend(p)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Below),
            _ => [],
        };

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)=~?""")]
    private static partial Regex Label();

    [GeneratedRegex(@"(?<![\w$.])[a-z_][a-z_0-9]*")]
    private static partial Regex Name();
}
