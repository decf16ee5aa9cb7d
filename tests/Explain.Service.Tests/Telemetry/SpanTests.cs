using System.Diagnostics;
using System.Net;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Telemetry;

/// <summary>The spans of requests.</summary>
public sealed class SpanTests(Service service) : IClassFixture<Service>
{
    private static readonly string[] AllStages = ["decode", "encode", "map", "preprocess", "queue", "run"];

    [Theory]
    [InlineData("/api/v1/models/tiny/explain?target=1", new[] { "decode", "draw", "encode", "map", "preprocess", "queue", "run" })]
    [InlineData("/api/v1/models/tiny/explain?target=1&format=json", new[] { "decode", "encode", "map", "preprocess", "queue", "run" })]
    [InlineData("/api/v1/models/tiny/predict", new[] { "decode", "preprocess", "queue", "run" })]
    [InlineData(
        "/api/v1/models/tiny/compare?methods=gradcam,layercam&target=1",
        new[] { "decode", "draw", "encode", "map", "preprocess", "queue", "run" }
    )]
    public async Task EachStageIsASpanBelowTheServers(string path, string[] stages)
    {
        using var spans = new Spans();
        var (trace, parent, header) = Spans.Parent();
        var response = await SendAsync(path, Raw(TestImages.Png), header);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var (server, below) = await spans.OfAsync(trace);
        Assert.Equal(parent, server.ParentSpanId);
        Assert.Equal(stages, below.Select(s => s.OperationName).Order(StringComparer.Ordinal));
        Assert.All(below, stage =>
        {
            Assert.Equal(server.SpanId, stage.ParentSpanId);
            Assert.Equal("tiny", stage.GetTagItem("explain.model"));
            Assert.Equal(ActivityStatusCode.Unset, stage.Status);
        });
        var run = below.Single(s => s.OperationName == "run");
        Assert.Equal(1, run.GetTagItem("explain.rows"));
        Assert.Equal("cpu", run.GetTagItem("explain.provider"));
        Assert.IsType<bool>(run.GetTagItem("explain.session.cached"));
        Assert.Empty(run.Links);
        Assert.Equal("ok", server.GetTagItem("explain.outcome"));
    }

    [Fact]
    public async Task TheServersSpanSaysWhatWasExplained()
    {
        using var spans = new Spans();
        var (trace, _, header) = Spans.Parent();
        await SendAsync($"{ExplainRoute}?target=2&method=layercam", Raw(TestImages.Png), header);

        var (server, stages) = await spans.OfAsync(trace);
        foreach (var span in stages.Where(s => s.OperationName == "map").Append(server))
        {
            Assert.Equal("tiny", span.GetTagItem("explain.model"));
            Assert.Equal("layercam", span.GetTagItem("explain.method"));
            Assert.Equal("features", span.GetTagItem("explain.layer"));
            Assert.Equal("2", span.GetTagItem("explain.target"));
        }
    }

    [Fact]
    public async Task TheSecondRunFindsTheSessionOpen()
    {
        using var spans = new Spans();
        var cached = new List<object?>();
        for (var i = 0; i < 2; i++)
        {
            var (trace, _, header) = Spans.Parent();
            await SendAsync("/api/v1/models/other/explain?method=guided-backprop", Raw(TestImages.Png), header);
            cached.AddRange(
                (await spans.OfAsync(trace)).Stages.Where(s => s.OperationName == "run").Select(s => s.GetTagItem("explain.session.cached"))
            );
        }
        Assert.Equal([false, true], cached);
    }

    [Fact]
    public async Task TensorsHaveTheSameStages()
    {
        using var spans = new Spans();
        var (trace, _, header) = Spans.Parent();
        var response = await SendAsync("/v2/models/tiny/explain", MetricsTests.OneItem(), header);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(AllStages, (await spans.OfAsync(trace)).Stages.Select(s => s.OperationName).Order(StringComparer.Ordinal));
        Assert.Matches(
            "^decode;dur=[0-9.]+, preprocess;dur=[0-9.]+, queue;dur=[0-9.]+, run;dur=[0-9.]+, map;dur=[0-9.]+, "
                + "draw;dur=[0-9.]+, encode;dur=[0-9.]+$",
            response.Headers.GetValues("Server-Timing").Single()
        );
    }

    [Theory]
    [InlineData("/api/v1/models/tiny/explain")]
    [InlineData("/api/v1/models/tiny/explain?format=json")]
    [InlineData("/api/v1/models/tiny/predict")]
    [InlineData("/api/v1/models/tiny/compare?methods=gradcam,cam")]
    public async Task EveryAnswerSaysHowLongItsStagesTook(string path)
    {
        var response = await service.Client.SendAsync(path, Raw(TestImages.Png));
        var stages = response
            .Headers.GetValues("Server-Timing")
            .Single()
            .Split(", ")
            .Select(s => s.Split(";dur="))
            .ToDictionary(s => s[0], s => double.Parse(s[1]));
        Assert.Equal(["decode", "preprocess", "queue", "run", "map", "draw", "encode"], stages.Keys);
        Assert.All(["decode", "preprocess", "run"], stage => Assert.True(stages[stage] > 0, $"{stage} took no time"));
        Assert.Equal(!path.EndsWith("predict", StringComparison.Ordinal), stages["map"] > 0 && stages["encode"] > 0);
    }

    [Fact]
    public async Task AnImageThatCannotBeDecodedIsTheFailureOfThatSpan()
    {
        using var spans = new Spans();
        var (trace, _, header) = Spans.Parent();
        await SendAsync(ExplainRoute, Raw(TestImages.Png[..^20]), header);

        var (server, stages) = await spans.OfAsync(trace);
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(stages, s => s.OperationName == "decode").Status);
        Assert.DoesNotContain(stages, s => s.OperationName == "run");
        Assert.Equal("invalid", server.GetTagItem("explain.outcome"));
    }

    private async Task<HttpResponseMessage> SendAsync(string path, HttpContent content, string parent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("traceparent", parent);
        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
