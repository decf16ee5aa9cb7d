using System.Net;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Telemetry;

/// <summary>What Prometheus reads from the program.</summary>
public sealed class MetricsTests
{
    private const string Executions = "explain_executions_total";
    private static readonly double[] RequestBoundaries =
    [
        .005,
        .01,
        .025,
        .05,
        .075,
        .1,
        .25,
        .5,
        .75,
        1,
        2.5,
        5,
        7.5,
        10,
        30,
        double.PositiveInfinity,
    ];

    [Fact]
    public async Task RequestsAreCountedByHowTheyEnd()
    {
        await using var service = new WatchedService();
        await service.InitializeAsync();
        foreach (var format in new[] { "png", "json" })
        {
            Assert.Equal(
                HttpStatusCode.OK,
                (await service.Client.SendAsync($"{ExplainRoute}?format={format}", Raw(TestImages.Png))).StatusCode
            );
        }

        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/api/v1/models/other/predict", Raw(TestImages.Png))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/v2/models/tiny/explain", OneItem())).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (await service.Client.SendAsync("/api/v1/models/tiny/compare?methods=gradcam,cam", Raw(TestImages.Png))).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await service.Client.SendAsync($"{ExplainRoute}?method=nonsense", Raw(TestImages.Png))).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await service.Client.SendAsync("/api/v1/models/absent/explain", Raw(TestImages.Png))).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await service.Client.SendAsync("/api/v1/models/broken/explain", Raw(TestImages.Png))).StatusCode
        );

        var metrics = await service.MetricsAsync(
            m => m.Value("http_server_request_duration_seconds_count") >= 8,
            "the requests are counted"
        );
        Assert.Equal(2, Requests("tiny", "gradcam", "explain", "native", "ok"));
        Assert.Equal(1, Requests("other", "none", "predict", "native", "ok"));
        Assert.Equal(1, Requests("tiny", "gradcam", "explain", "open-inference", "ok"));
        Assert.Equal(1, Requests("tiny", "several", "compare", "native", "ok"));
        Assert.Equal(1, Requests("tiny", "unknown", "explain", "native", "invalid"));
        Assert.Equal(1, Requests("unknown", "unknown", "explain", "native", "not_found"));
        Assert.Equal(1, Requests("broken", "unknown", "explain", "native", "not_ready"));
        Assert.Equal(8, metrics.Value("explain_requests_total"));
        Assert.Equal(8, metrics.Value("explain_duration_seconds_count"));
        Assert.Equal(4, metrics.Value("explain_stage_duration_seconds_count", ("stage", "run"), ("model", "tiny")));
        Assert.Equal(4, metrics.Value("explain_queue_duration_seconds_count", ("model", "tiny")));
        Assert.Equal(4, metrics.Value("request_explain_seconds_count", ("model_name", "tiny")));
        Assert.Equal(1, metrics.Value("request_predict_seconds_count", ("model_name", "other")));
        Assert.Equal(5, metrics.Value("request_preprocess_seconds_count"));
        Assert.Equal(5, metrics.Value("request_postprocess_seconds_count"));
        Assert.Equal(4, metrics.Value("explain_models", ("state", "ready"), ("provider", "cpu")));
        Assert.Equal(1, metrics.Value("explain_models", ("state", "failed")));
        Assert.True(metrics.Value(Executions, ("model", "tiny")) >= 4);
        Assert.Equal(metrics.Value(Executions), metrics.Value("explain_batch_size_count"));
        Assert.Equal(5, metrics.Of("explain_queue_length").Count());

        double Requests(string model, string method, string operation, string protocol, string outcome) =>
            metrics.Value(
                "explain_requests_total",
                ("model", model),
                ("method", method),
                ("operation", operation),
                ("protocol", protocol),
                ("outcome", outcome)
            );
    }

    [Fact]
    public async Task OverloadAndCallersWhoLeaveAreCounted()
    {
        await using var service = new WatchedService(["MaxConcurrentRuns=1", "MaxBatch=1", "QueueLimit=0"], []);
        await service.InitializeAsync();
        var runs = (await service.MetricsAsync()).Value(Executions);
        using var leaving = new CancellationTokenSource();
        using var slow = new HttpRequestMessage(HttpMethod.Post, $"{ExplainRoute}?method=rise&samples=100000")
        {
            Content = Raw(TestImages.Png),
        };
        var waiting = service.Client.SendAsync(slow, leaving.Token);
        await service.MetricsAsync(m => m.Value(Executions) > runs, "the slow request computes");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var metrics = await service.MetricsAsync(
            m => m.Value("explain_requests_total", ("outcome", "canceled")) > 0,
            "the canceled request is counted"
        );
        Assert.Equal(1, metrics.Value("explain_requests_total", ("outcome", "canceled"), ("method", "rise"), ("model", "tiny")));
        Assert.Equal(1, metrics.Value("explain_requests_total", ("outcome", "overloaded"), ("model", "tiny")));
        await Wait.UntilAsync(
            () => service.RequestLines().Any(l => l.GetProperty("StatusCode").GetInt32() == 499),
            "the canceled request is in the log"
        );
        var left = Assert.Single(service.RequestLines(), l => l.GetProperty("StatusCode").GetInt32() == 499);
        Assert.False(left.TryGetProperty("@l", out _), "Information is the level that is not written");
    }

    [Fact]
    public async Task DurationsHaveBoundariesInSeconds()
    {
        await using var service = new WatchedService();
        await service.InitializeAsync();
        await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png));
        await service.Client.SendAsync("/api/v1/models/tiny/predict", Raw(TestImages.Png));

        var metrics = await service.MetricsAsync(
            m => m.Value("http_server_request_duration_seconds_count") >= 2,
            "the requests are counted"
        );
        foreach (
            var name in new[]
            {
                "explain_duration_seconds",
                "request_preprocess_seconds",
                "request_explain_seconds",
                "request_predict_seconds",
                "request_postprocess_seconds",
            }
        )
        {
            Assert.True(metrics.Has(name, "histogram"), name);
            Assert.Equal(RequestBoundaries, metrics.Boundaries(name));
        }
        foreach (var name in new[] { "explain_stage_duration_seconds", "explain_queue_duration_seconds" })
        {
            Assert.Equal(.0005, metrics.Boundaries(name)[0]);
            Assert.Equal(30, metrics.Boundaries(name)[^2]);
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, double.PositiveInfinity], metrics.Boundaries("explain_batch_size"));
        Assert.Equal(["le", "model_name"], metrics.Of("request_explain_seconds_bucket").First().Labels.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["decode", "draw", "encode", "map", "preprocess", "queue", "run"],
            metrics.Of("explain_stage_duration_seconds_count").Select(s => s.Labels["stage"]).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task WhatCallersWriteBecomesNoLabel()
    {
        await using var service = new WatchedService();
        await service.InitializeAsync();
        for (var i = 0; i < 40; i++)
        {
            await service.Client.SendAsync(
                $"/api/v1/models/hostile{i}%22%0A%7D/explain?method=hostile{i}",
                Form(TestImages.Png, file: $"hostile{i}.png")
            );
            await service.Client.SendAsync(
                $"{ExplainRoute}?method=hostile{i}&target=hostile{i}",
                Form(TestImages.Png, file: $"hostile{i}.png")
            );
            await service.Client.SendAsync($"/v2/models/hostile{i}/explain", OneItem());
            await service.Client.SendAsync($"/hostile{i}", null, method: new HttpMethod($"HOSTILE{i}"));
        }
        await service.Client.SendAsync($"{ExplainRoute}?target=green%20thing", Raw(TestImages.Png));

        var metrics = await service.MetricsAsync(
            m => m.Value("http_server_request_duration_seconds_count") >= 161,
            "the requests are counted"
        );
        Assert.Equal(80, metrics.Value("explain_requests_total", ("model", "unknown")));
        Assert.DoesNotContain(metrics.Samples.SelectMany(s => s.Labels.Values), v =>
            v.Contains("hostile", StringComparison.OrdinalIgnoreCase) || v.Contains("green", StringComparison.Ordinal)
        );
        Assert.True(metrics.Of("explain_requests_total").Count() <= 5);
    }

    [Fact]
    public async Task HealthChecksAndThePageItselfAreNoHttpMetrics()
    {
        await using var service = new WatchedService();
        await service.InitializeAsync();
        await service.MetricsAsync();
        foreach (var path in new[] { "/healthz/live", "/healthz/ready", "/v2/health/live", "/v2/health/ready", "/api/v1/methods" })
            await service.Client.GetAsync(path, TestContext.Current.CancellationToken);

        var metrics = await service.MetricsAsync(
            m => m.Of("http_server_request_duration_seconds_count", ("http_route", "/api/v1/methods")).Any(),
            "the last request is counted"
        );
        Assert.Single(metrics.Of("http_server_request_duration_seconds_count"));
        Assert.Contains(metrics.Samples, s => s.Name.StartsWith("dotnet_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NamesHaveNoDotsForReadersThatTakeThem()
    {
        await using var service = new Service();
        await service.InitializeAsync();
        var page = await service.Client.SendAsync(
            "/metrics",
            null,
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5",
            HttpMethod.Get
        );
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(
            "\nexplain_models{",
            await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ThereIsNoPageWithoutTheSetting()
    {
        await using var service = new Service(("Metrics", "false"));
        await service.InitializeAsync();
        await (await service.Client.SendAsync("/metrics", null, method: HttpMethod.Get)).ProblemAsync(404, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
    }

    internal static HttpContent OneItem() =>
        Json(
            """{"inputs":[{"name":"x","shape":[1,3,16,16],"datatype":"FP32","data":"""
                + $$"""[{{string.Join(',', Enumerable.Range(0, 768).Select(i => i % 7))}}]}]}"""
        );
}
