using System.Net;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Telemetry;

/// <summary>What the program writes into its log.</summary>
public sealed class LogTests(WatchedService service) : IClassFixture<WatchedService>
{
    [Fact]
    public async Task EveryLineIsJsonAndOneLineIsARequest()
    {
        var before = service.RequestLines().Count;
        var trace = Spans.Parent();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{ExplainRoute}?target=1&alpha=0.25")
        {
            Content = Form(TestImages.Png, file: "my-secret-file.png"),
        };
        request.Headers.Add("traceparent", trace.Header);
        request.Headers.Add("Authorization", "Bearer my-secret-token");
        var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var length = (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;
        foreach (var path in new[] { "/healthz/live", "/healthz/ready", "/v2/health/live", "/metrics" })
            await service.Client.GetAsync(path, TestContext.Current.CancellationToken);

        var line = Assert.Single(await LinesAsync(before, 1));
        Assert.Equal(trace.Trace.ToHexString(), line.GetProperty("@tr").GetString());
        var facts = line.EnumerateObject().Where(p => p.Name[0] != '@').ToDictionary(p => p.Name, p => p.Value.ToString());
        Assert.Equal("POST", facts["RequestMethod"]);
        Assert.Equal("/api/v1/models/{model}/explain", facts["Route"]);
        Assert.Equal(ExplainRoute, facts["RequestPath"]);
        Assert.Equal("200", facts["StatusCode"]);
        Assert.Equal(("tiny", "gradcam", "1", "miss"), (facts["Model"], facts["Method"], facts["Target"], facts["Cache"]));
        Assert.Equal(("native", "explain", "ok"), (facts["Protocol"], facts["Operation"], facts["Outcome"]));
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), facts["RequestId"]);
        Assert.Equal(length.ToString(), facts["BytesOut"]);
        Assert.True(int.Parse(facts["BytesIn"]) > TestImages.Png.Length);
        Assert.DoesNotContain(service.Lines, l =>
            l.Contains("my-secret", StringComparison.Ordinal) || l.Contains("alpha", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task AFailureNamesItsProblem()
    {
        var before = service.RequestLines().Count;
        var response = await service.Client.SendAsync($"{ExplainRoute}?method=nonsense", Raw(TestImages.Png));
        var problem = await response.ProblemAsync(400, "invalid-parameter");
        var line = Assert.Single(await LinesAsync(before, 1));
        Assert.Equal("invalid-parameter", line.GetProperty("Problem").GetString());
        Assert.Equal(problem.GetProperty("traceId").GetString(), line.GetProperty("@tr").GetString());
        Assert.Equal(problem.GetProperty("requestId").GetString(), line.GetProperty("RequestId").GetString());
    }

    [Fact]
    public async Task NamesThatHoldLineBreaksMakeNoLinesOfTheirOwn()
    {
        var before = service.RequestLines().Count;
        await service.Client.SendAsync("/api/v1/models/a%0D%0A%7B%22@l%22:%22Fatal%22%7D%1B%5B2J/explain", Raw(TestImages.Png));
        await service.Client.SendAsync($"/{new string('x', 4000)}", null, method: HttpMethod.Get);

        var lines = await LinesAsync(before, 2);
        Assert.All(service.Lines, l =>
            Assert.NotEqual("Fatal", JsonDocument.Parse(l).RootElement.TryGetProperty("@l", out var level) ? level.GetString() : "")
        );
        Assert.Equal("unknown", lines[0].GetProperty("Model").GetString());
        Assert.True(lines[1].GetProperty("RequestPath").GetString()!.Length <= 201);
    }

    private async Task<JsonElement[]> LinesAsync(int before, int count)
    {
        await Wait.UntilAsync(() => service.RequestLines().Count >= before + count, "the requests are in the log");
        // A line too many would come with the next request.
        var last = $"/last-{before}";
        await service.Client.SendAsync(last, null, method: HttpMethod.Get);
        await Wait.UntilAsync(
            () => service.RequestLines().Any(l => l.GetProperty("RequestPath").GetString() == last),
            "the last request is in the log"
        );
        return [.. service.RequestLines().Skip(before).TakeWhile(l => l.GetProperty("RequestPath").GetString() != last)];
    }
}
