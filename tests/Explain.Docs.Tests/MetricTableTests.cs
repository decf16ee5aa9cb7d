using System.Text.RegularExpressions;
using Explain.Service.Telemetry;

namespace Explain.Docs.Tests;

/// <summary>The table of metrics, of which the page is written, is what a service serves.</summary>
public sealed partial class MetricTableTests(ShownService service)
{
    private const string Asked = """
        URL=http://localhost:8080/api/v1/models/demo
        curl -sS http://localhost:8080/api/v1/samples/drop-and-arrow.png -o image.png
        curl -sS -F image=@image.png "$URL/predict"
        curl -sS -F image=@image.png "$URL/explain" -o map.png
        """;

    [Fact]
    public async Task EveryMetricIsServedWithItsLabels()
    {
        var result = await ShellBlock.RunAsync(Asked, service.Open.Address, TestContext.Current.CancellationToken);
        Assert.True(result.Code == 0, result.Printed);
        // A request is counted when its answer has ended.
        var served = await service.MetricsAsync(text =>
            MetricTable.All.All(m => text.Contains($"\n{MetricsPage.NameOf(m)}", StringComparison.Ordinal))
        );
        var series = Line()
            .Matches(served)
            .ToLookup(m => m.Groups["name"].Value, m => Label().Matches(m.Groups["labels"].Value).Select(l => l.Groups[1].Value));

        Assert.Equal(MetricTable.All.Select(MetricsPage.NameOf).Order(), series.Select(s => s.Key).Order());
        foreach (var row in MetricTable.All)
        {
            Assert.All(series[MetricsPage.NameOf(row)], labels => Assert.Equal(row.Labels.Order(), labels.Where(l => l != "le").Order()));
            Assert.Contains($"# HELP {MetricsPage.NameOf(row)} {row.Meaning}", served, StringComparison.Ordinal);
        }
        foreach (var label in Line().Matches(served).SelectMany(m => Label().Matches(m.Groups["labels"].Value)))
        {
            if (MetricTable.Labels.SingleOrDefault(l => l.Label == label.Groups[1].Value) is { Values: { Count: > 0 } values })
                Assert.Contains(label.Groups[2].Value, values);
        }
    }

    [Fact]
    public void EveryLabelHasItsSentence() =>
        Assert.Equal(MetricTable.Labels.Select(l => l.Label).Order(), MetricTable.All.SelectMany(m => m.Labels).Distinct().Order());

    [GeneratedRegex(@"^(?<name>(?:explain|request)_\w+?)(?:_bucket|_sum|_count)?(?:\{(?<labels>[^}]*)\})? ", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
