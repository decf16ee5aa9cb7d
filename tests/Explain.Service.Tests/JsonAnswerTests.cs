using System.Text;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>Good requests that are answered in JSON: fields, channels, comparisons.</summary>
public sealed class JsonAnswerTests(Service service) : IClassFixture<Service>
{
    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task TheJsonAnswerHasEveryFieldOfTheContract()
    {
        var answer = await (
            await _client.SendAsync(ExplainRoute + "?format=json&target=1&include=map,boxes,image", Raw(TestImages.Png))
        ).JsonAsync();
        Assert.Equal(["id", "model", "image", "predictions", "explanations", "timings"], Names(answer));
        Assert.Equal(["name", "version", "sha256"], Names(answer.GetProperty("model")));
        Assert.Equal(["width", "height", "orientationApplied", "region", "input"], Names(answer.GetProperty("image")));
        Assert.Equal(["x", "y", "width", "height"], Names(answer.GetProperty("image").GetProperty("region")));
        Assert.Equal(["index", "label", "logit", "probability"], Names(answer.GetProperty("predictions")[0]));
        Assert.Equal(["decode", "preprocess", "queue", "run", "map", "render"], Names(answer.GetProperty("timings")));
        var explanation = answer.GetProperty("explanations")[0];
        Assert.Equal(["method", "layer", "score", "target", "map", "boxes", "diagnostics", "image"], Names(explanation));
        Assert.Equal("green thing", explanation.GetProperty("target").GetProperty("label").GetString());
        var map = explanation.GetProperty("map");
        Assert.Equal(["shape", "min", "max", "positiveShare", "data"], Names(map));
        Assert.Equal([8, 8], map.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(64, map.GetProperty("data").GetArrayLength());
        Assert.Equal("image/png", explanation.GetProperty("image").GetProperty("contentType").GetString());
        var image = TestImages.Decode(explanation.GetProperty("image").GetProperty("b64").GetBytesFromBase64());
        Assert.Equal((40, 30), (image.Width, image.Height));
    }

    [Fact]
    public async Task IncludeLeavesOutWhatIsNotNamed()
    {
        var answer = await (await _client.SendAsync(ExplainRoute + "?format=json&include=boxes", Raw(TestImages.Png))).JsonAsync();
        Assert.Equal(["method", "layer", "score", "target", "boxes", "diagnostics"], Names(answer.GetProperty("explanations")[0]));
    }

    [Theory]
    [InlineData("boxes=all")]
    [InlineData("boxes=largest&threshold=otsu")]
    [InlineData("boxes=largest&threshold=percentile:90")]
    [InlineData("boxes=cam&sign=both")]
    [InlineData("boxes=gradcam")]
    [InlineData("boxes=wsolevaluation&threshold=0.7")]
    public async Task RegionsAreAnsweredAsBoxesMasksAndPolygons(string rule)
    {
        var answer = await (
            await _client.SendAsync($"{ExplainRoute}?format=json&include=boxes,masks,polygons&{rule}", Raw(TestImages.Png))
        ).JsonAsync();

        var explanation = answer.GetProperty("explanations")[0];
        Assert.Equal(["method", "layer", "score", "target", "boxes", "mask", "polygons", "diagnostics"], Names(explanation));
        Assert.Equal(["size", "counts"], Names(explanation.GetProperty("mask")));
        Assert.Equal([30, 40], explanation.GetProperty("mask").GetProperty("size").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Matches("^[0-o]{3,}$", explanation.GetProperty("mask").GetProperty("counts").GetString());
        var (boxes, polygons) = (explanation.GetProperty("boxes"), explanation.GetProperty("polygons"));
        Assert.True(boxes.GetArrayLength() > 0);
        Assert.Equal(boxes.GetArrayLength(), polygons.GetArrayLength());
        Assert.True(rule == "boxes=all" || boxes.GetArrayLength() == 1);
        foreach (var polygon in polygons.EnumerateArray().Select(Numbers))
        {
            Assert.True(polygon.Length >= 8 && polygon.Length % 2 == 0);
            Assert.All(polygon.Where((_, i) => i % 2 == 0), x => Assert.InRange(x, 0, 40));
            Assert.All(polygon.Where((_, i) => i % 2 == 1), y => Assert.InRange(y, 0, 30));
        }
    }

    [Fact]
    public async Task AThresholdThatIsNotTheProtocolsIsRefused()
    {
        var problem = await (await _client.SendAsync(ExplainRoute + "?boxes=cam&threshold=0.3", Raw(TestImages.Png))).ProblemAsync(
            400,
            "invalid-parameter"
        );
        Assert.Equal(
            "'0.3' is not that of boxes=cam; allowed with it: 0.2, or no threshold",
            problem.GetProperty("errors").GetProperty("threshold")[0].GetString()
        );
    }

    [Fact]
    public async Task TheChannelsThatWereAskedForAddUpToTheMap()
    {
        var answer = await (
            await _client.SendAsync(ExplainRoute + "?format=json&sign=both&include=map,channels,features", Raw(TestImages.Png))
        ).JsonAsync();

        var explanation = answer.GetProperty("explanations")[0];
        var channels = explanation.GetProperty("channels").EnumerateArray().ToArray();
        Assert.Equal(TinyModels.Channels, channels.Length);
        var sum = new double[64];
        foreach (var channel in channels)
        {
            var (weight, map) = (channel.GetProperty("weight").GetDouble(), Numbers(channel.GetProperty("map").GetProperty("data")));
            Assert.Equal(weight > 0 ? "positive" : "negative", channel.GetProperty("sign").GetString());
            Assert.Equal(TinyModels.ChannelNames[channel.GetProperty("index").GetInt32()], channel.GetProperty("name").GetString());
            Assert.Equal(map.Average(), explanation.GetProperty("features")[channel.GetProperty("index").GetInt32()].GetDouble(), 1e-5);
            for (var i = 0; i < sum.Length; i++)
                sum[i] += weight * map[i];
        }
        foreach (var (expected, value) in sum.Zip(Numbers(explanation.GetProperty("map").GetProperty("data"))))
            Assert.Equal(expected, value, 1e-5);
        var weights = channels.Select(c => c.GetProperty("weight").GetDouble()).ToArray();
        Assert.Equal([.. weights.Where(w => w > 0).OrderDescending(), .. weights.Where(w => w < 0).Order()], weights);
    }

    [Fact]
    public async Task AComparisonIsWhatEachMethodSaysAlone()
    {
        const string Compare = "/api/v1/models/tiny/compare";
        var answer = await (
            await _client.SendAsync(Compare + "?format=json&methods=gradcam,layercam&layers=features,conv&target=0,2", Raw(TestImages.Png))
        ).JsonAsync();

        var explanations = answer.GetProperty("explanations").EnumerateArray().ToArray();
        Assert.Equal(8, explanations.Length);
        foreach (var pair in explanations.Chunk(2))
        {
            var (method, layer) = (pair[0].GetProperty("method").GetString(), pair[0].GetProperty("layer").GetString());
            var alone = await (
                await _client.SendAsync($"{ExplainRoute}?format=json&method={method}&layer={layer}&target=0,2", Raw(TestImages.Png))
            ).JsonAsync();
            Assert.Equal(alone.GetProperty("explanations").EnumerateArray().Select(e => e.GetRawText()), pair.Select(e => e.GetRawText()));
        }
        var sheet = await _client.SendAsync(Compare + "?methods=gradcam,layercam&target=0,2", Raw(TestImages.Png));
        Assert.Equal("gradcam,layercam", Header(sheet, "X-Explain-Method"));
        Assert.True(TestImages.Decode(await BytesAsync(sheet)).Height > 2 * 30);
    }

    [Theory]
    [InlineData("methods=gradcam,gradcam", 400, "invalid-parameter")]
    [InlineData("methods=gradkam", 400, "invalid-parameter")]
    [InlineData("method=gradcam", 400, "invalid-parameter")]
    [InlineData("layers=nowhere", 404, "layer-not-found")]
    public async Task AWrongComparisonSaysSo(string parameters, int status, string slug) =>
        await (await _client.SendAsync($"/api/v1/models/tiny/compare?{parameters}", Raw(TestImages.Png))).ProblemAsync(status, slug);

    [Fact]
    public async Task ChannelsBelongToOneLayer()
    {
        var problem = await (
            await _client.SendAsync(ExplainRoute + "?format=json&include=channels&layer=input,features", Raw(TestImages.Png))
        ).ProblemAsync(400, "invalid-parameter");
        Assert.Contains(
            "more than one target layer",
            problem.GetProperty("errors").GetProperty("include")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(",", response.Headers.GetValues(name));

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];
}
