using System.Net;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>What a request will cost, and what is answered when there is not enough time for it.</summary>
public sealed class CostTests(Service service) : IClassFixture<Service>
{
    private const string EstimateRoute = "/api/v1/models/tiny/estimate";
    private readonly HttpClient _client = service.Client;

    [Theory]
    [InlineData("?method=rise&samples=10", 11, 0, 0, true)]
    [InlineData("?method=gradcam&target=0,1", 1, 0, 2, false)]
    [InlineData("?method=gradcam&target=0&format=json&include=faithfulness", 1 + 104 + 11, 0, 1 + 11, false)]
    [InlineData("?method=ablationcam", 1, 4, 0, true)]
    [InlineData("?method=reciprocam", 1, 64, 0, true)]
    [InlineData("?method=occlusion&window=8&stride=4x8", 7, 0, 0, true)]
    public async Task TheEstimateCountsPassesAndMilliseconds(string query, int forward, int head, int backward, bool stops)
    {
        var cost = await (await _client.SendAsync(EstimateRoute + query, null)).JsonAsync();

        var passes = cost.GetProperty("passes");
        Assert.Equal(
            (forward, head, backward),
            (passes.GetProperty("forward").GetInt32(), passes.GetProperty("head").GetInt32(), passes.GetProperty("backward").GetInt32())
        );
        Assert.True(cost.GetProperty("milliseconds").GetDouble() > 0);
        Assert.Equal(stops, cost.GetProperty("stopsInTime").GetBoolean());
        Assert.Equal("tiny", cost.GetProperty("model").GetProperty("name").GetString());
    }

    [Fact]
    public async Task TheEstimateTakesItsParametersAsJsonToo()
    {
        var query = await (await _client.SendAsync(EstimateRoute + "?method=lime&samples=7", null)).JsonAsync();
        var json = await (await _client.SendAsync(EstimateRoute + "?samples=7", Json("""{"parameters":{"method":"lime"}}"""))).JsonAsync();

        Assert.Equal(query.GetProperty("passes").ToString(), json.GetProperty("passes").ToString());
        Assert.Equal("lime", json.GetProperty("method").GetString());
    }

    [Theory]
    [InlineData("?method=nosuch", "{}", 400, "invalid-parameter")]
    [InlineData("?method=rise&compat=captum", "{}", 400, "invalid-parameter")]
    [InlineData("?method=occlusion&window=2&stride=3", "{}", 400, "invalid-parameter")]
    [InlineData("", "{", 400, "invalid-request")]
    [InlineData("", """{"image":{"b64":""}}""", 400, "invalid-request")]
    [InlineData("?layer=nosuch", "{}", 404, "layer-not-found")]
    [InlineData("?target=99", "{}", 422, "target-out-of-range")]
    public async Task AnEstimateOfAWrongRequestSaysWhatIsWrong(string query, string body, int status, string slug) =>
        await (await _client.SendAsync(EstimateRoute + query, Json(body))).ProblemAsync(status, slug);

    [Fact]
    public async Task AnImageIsNoPartOfAnEstimate() =>
        await (await _client.SendAsync(EstimateRoute, Raw(TestImages.Png, "image/png"))).ProblemAsync(415, "unsupported-media-type");

    [Fact]
    public async Task WhatIsDoneAtTheDeadlineIsAnsweredAndMarked()
    {
        var image = await _client.SendAsync(ExplainRoute + "?method=rise&samples=100000&deadline=30", Form(TestImages.Png));
        var json = await (
            await _client.SendAsync(ExplainRoute + "?method=rise&samples=100000&deadline=30&format=json&target=0,1", Form(TestImages.Png))
        ).JsonAsync();

        Assert.Equal(HttpStatusCode.OK, image.StatusCode);
        Assert.Matches("^[1-9][0-9]*/100000$", image.Headers.GetValues("X-Explain-Partial").Single());
        Assert.All(json.GetProperty("explanations").EnumerateArray(), e =>
        {
            var partial = e.GetProperty("partial");
            Assert.InRange(partial.GetProperty("done").GetInt32(), 1, 99_999);
            Assert.Equal(100_000, partial.GetProperty("of").GetInt32());
            var diagnostic = e.GetProperty("diagnostics").EnumerateArray().Single(d => d.GetProperty("code").GetString() == "partial");
            Assert.Contains($"{partial.GetProperty("done").GetInt32()} of 100000", diagnostic.GetProperty("message").GetString());
        });
    }

    [Fact]
    public async Task WhatComesToItsEndIsNotMarked()
    {
        var whole = await _client.SendAsync(ExplainRoute + "?method=rise&samples=5&format=json", Form(TestImages.Png));

        Assert.False(whole.Headers.Contains("X-Explain-Partial"));
        Assert.False((await whole.JsonAsync()).GetProperty("explanations")[0].TryGetProperty("partial", out _));
    }

    [Fact]
    public async Task TheServicesOwnTimeoutLeavesAPartialAnswerAndNo504()
    {
        // Minutes of work.
        await using var hasty = new Service(("RequestTimeoutSeconds", "4"));
        TinyModels.WriteSlow(hasty.Models);
        await hasty.InitializeAsync();

        var answer = await hasty.Client.SendAsync(
            "/api/v1/models/slow/explain?method=rise&samples=100000&target=0,1",
            Form(TestImages.Png)
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Matches("^[0-9]+/100000,[0-9]+/100000$", answer.Headers.GetValues("X-Explain-Partial").Single());
    }

    [Fact]
    public async Task ItemsOfATensorSayHowFarTheyCame()
    {
        var values = string.Join(',', Enumerable.Range(0, 2 * 768).Select(i => i % 7 - 3));
        var body =
            $$"""{"inputs":[{"name":"x","shape":[2,3,16,16],"datatype":"FP32","data":[{{values}}]}],"parameters":"""
            + """{"method":"kernelshap","samples":50000,"deadline":40} }""";

        var response = await _client.SendAsync("/v2/models/tiny/explain", Json(body));

        var partial = (await response.JsonAsync()).GetProperty("parameters").GetProperty("partial").GetString();
        Assert.Matches("^[1-9][0-9]*/50000,[1-9][0-9]*/50000$", partial);
        Assert.Equal(partial, response.Headers.GetValues("X-Explain-Partial").Single());
    }

    [Fact]
    public async Task AModelWithoutGradientsIsExplainedByMethodsThatNeedNone()
    {
        foreach (var method in new[] { "scorecam", "ablationcam", "reciprocam", "occlusion", "rise", "aise", "lime", "kernelshap" })
        {
            var answer = await _client.SendAsync($"/api/v1/models/norule/explain?method={method}&samples=4", Form(TestImages.Png));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(method, answer.Headers.GetValues("X-Explain-Method").Single());
        }
        await (await _client.SendAsync("/api/v1/models/norule/explain", Form(TestImages.Png))).ProblemAsync(422, "method-not-supported");
    }
}
