using System.Diagnostics;
using System.Net;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Telemetry;

/// <summary>The spans of native runs that fail, and of those that serve several requests.</summary>
public sealed class RunSpanTests
{
    [Fact]
    public async Task AFailureOfTheNativeRunIsTheStateOfItsSpan()
    {
        var nets = new NetService();
        await using var running = nets;
        await nets.InitializeAsync();
        using var spans = new Spans();
        var (trace, _, header) = Spans.Parent();
        var body = Json(
            "{\"image\":{\"b64\":\""
                + Convert.ToBase64String(TestImages.Png)
                + "\"},\"parameters\":{\"target\":{\"output\":\"logits\",\"tokens\":[1]}},"
                + "\"inputs\":{\"tokens\":{\"shape\":[1,3],\"data\":[0,1,99]}}}"
        );
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(nets.Client, "/api/v1/models/caption/explain", body, header)).StatusCode);

        var run = Assert.Single((await spans.OfAsync(trace)).Stages, s => s.OperationName == "run");
        Assert.Equal(ActivityStatusCode.Error, run.Status);
        Assert.Contains("out of data bounds", run.StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABatchIsLinkedWithTheRequestsItServes()
    {
        await using var service = new Service(("MaxConcurrentRuns", "1"), ("MaxBatch", "2"), ("BatchDelayMilliseconds", "1000"));
        await service.InitializeAsync();
        using var spans = new Spans();
        (Activity Server, Activity[] Stages)[] pair = [];
        // Two requests that come together join; on a machine that stands still for a second they may miss each other.
        await Wait.UntilAsync(async () => BatchOf(pair = await PairAsync(service.Client, spans)) is not null, "two requests join");

        var batch = BatchOf(pair)!;
        Assert.Equal(2, batch.GetTagItem("explain.rows"));
        Assert.Equal(
            pair.Select(p => p.Server.SpanId.ToString()).Order(StringComparer.Ordinal),
            batch.Links.Select(l => l.Context.SpanId.ToString()).Order(StringComparer.Ordinal)
        );
        var shared = Assert.Single(pair.Single(p => p.Server.TraceId != batch.TraceId).Stages, s => s.OperationName == "run");
        Assert.Equal(true, shared.GetTagItem("explain.shared"));
        Assert.True(shared.Duration > TimeSpan.Zero);
    }

    private static Activity? BatchOf(IEnumerable<(Activity Server, Activity[] Stages)> requests) =>
        requests.SelectMany(r => r.Stages).FirstOrDefault(s => s.OperationName == "run" && s.Links.Count() == 2);

    private static async Task<(Activity Server, Activity[] Stages)[]> PairAsync(HttpClient client, Spans spans)
    {
        var parents = new[] { Spans.Parent(), Spans.Parent() };
        var responses = await Task.WhenAll(
            parents.Select((p, i) => SendAsync(client, $"{ExplainRoute}?target={i}", Raw(TestImages.Png), p.Header))
        );
        Assert.All(responses, r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        return await Task.WhenAll(parents.Select(p => spans.OfAsync(p.Trace)));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, HttpContent content, string parent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("traceparent", parent);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
