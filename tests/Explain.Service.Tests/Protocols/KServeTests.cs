using System.Net;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Protocols;

/// <summary>KServe V1, with the bodies that its documentation and the clients in the field send.</summary>
public sealed class KServeTests(Service service) : IClassFixture<Service>
{
    private const string Predict = "/v1/models/tiny:predict";
    private const string Explain = "/v1/models/tiny:explain";
    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);
    private readonly HttpClient _client = service.Client;

    // In the order: KServe's custom predictors, TorchServe's envelope, TF Serving's, bare.
    // csharpier-ignore
    public static TheoryData<string> Bodies =>
    [
        $$$"""{"instances":[{"image":{"b64":"{{{B64}}}"}}]}""",
        $$$"""{"inputs":[{"image":{"b64":"{{{B64}}}"}}]}""",
        $$$"""{"instances":[{"data":"{{{B64}}}"}]}""",
        $$$"""{"instances":[{"image_bytes":{"b64":"{{{B64}}}"}}]}""",
        $$$"""{"instances":[{"b64":"{{{B64}}}"}]}""",
        $$$"""{"signature_name":"serving_default","instances":[{"b64":"{{{B64}}}"}]}""",
    ];

    [Fact]
    public async Task TheServerIsAlive() =>
        Assert.Equal("""{"status":"alive"}""", await _client.GetStringAsync("/", TestContext.Current.CancellationToken));

    [Fact]
    public async Task ModelsAreListedAndSayWhetherTheyAreReady()
    {
        var list = await (await Get("/v1/models")).JsonAsync();
        Assert.Equal(
            ["flat", "norule", "other", "tiny"],
            list.GetProperty("models").EnumerateArray().Select(m => m.GetString()).Order(StringComparer.Ordinal)
        );
        Assert.Equal("""{"name":"tiny","ready":true}""", (await (await Get("/v1/models/tiny")).JsonAsync()).GetRawText());
        var broken = await Get("/v1/models/broken");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"name":"broken","ready":false}"""),
            (broken.StatusCode, (await broken.JsonAsync()).GetRawText())
        );
        await FailsAsync(await Get("/v1/models/absent"), 404, "no model 'absent' is served");
    }

    [Theory, MemberData(nameof(Bodies))]
    public async Task EveryFormOfAnImageIsPredictedAndExplained(string body)
    {
        var prediction = await PostAsync(Predict, body);
        var probabilities = prediction.GetProperty("predictions")[0].EnumerateArray().Select(p => p.GetDouble()).ToArray();
        Assert.Equal(3, probabilities.Length);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        var answer = await PostAsync(Explain, body);
        Assert.Equal(prediction.GetProperty("predictions").GetRawText(), answer.GetProperty("predictions").GetRawText());
        var explanation = Assert.Single(answer.GetProperty("explanations").EnumerateArray());
        Assert.Equal(
            ("gradcam", "features", "logit"),
            (
                explanation.GetProperty("method").GetString(),
                explanation.GetProperty("layer").GetString(),
                explanation.GetProperty("score").GetString()
            )
        );
        Assert.Equal(Array.IndexOf(probabilities, probabilities.Max()), explanation.GetProperty("target").GetProperty("index").GetInt32());
        Assert.Equal("[8,8]", explanation.GetProperty("heatmap").GetProperty("shape").GetRawText());
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("")]
    public async Task JsonIsReadWhateverItsTypeIsCalled(string type)
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes($$$"""{"instances":[{"b64":"{{{B64}}}"}]}"""));
        if (type.Length > 0)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync(Explain, content)).StatusCode);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    public async Task AnImageMayBeTheBody(string type)
    {
        var answer = await (await _client.SendAsync($"{Explain}?target=1&method=hirescam", Raw(TestImages.Png, type))).JsonAsync();
        Assert.Equal(1, answer.GetProperty("explanations")[0].GetProperty("target").GetProperty("index").GetInt32());
        Assert.Equal("hirescam", answer.GetProperty("explanations")[0].GetProperty("method").GetString());
    }

    [Fact]
    public async Task WhatAnInstanceSaysOfItselfGoesBeforeWhatIsSaidOfAll()
    {
        var answer = await PostAsync(
            Explain,
            $$$"""{"instances":[{"b64":"{{{B64}}}","target":0},{"b64":"{{{B64}}}"},"""
                + $$$"""{"data":"{{{B64}}}","target":"green","include":"image"}],"parameters":{"target":2,"include":"map"}}"""
        );
        var explanations = answer.GetProperty("explanations").EnumerateArray().ToArray();
        Assert.Equal([0, 2, 1], explanations.Select(e => e.GetProperty("target").GetProperty("index").GetInt32()));
        Assert.Equal([false, false, true], explanations.Select(e => e.TryGetProperty("image", out _)));
        TestImages.Decode(explanations[2].GetProperty("image").GetProperty("b64").GetBytesFromBase64());
    }

    [Fact]
    public async Task NestedNumbersAreTheModelsOwnInput()
    {
        var item =
            "["
            + string.Join(
                ',',
                Enumerable
                    .Range(0, 3)
                    .Select(c =>
                        "["
                        + string.Join(
                            ',',
                            Enumerable
                                .Range(0, 16)
                                .Select(y => "[" + string.Join(',', Enumerable.Range(0, 16).Select(x => $"{(c + y + x) % 5}")) + "]")
                        )
                        + "]"
                    )
            )
            + "]";
        var answer = await PostAsync(
            Explain,
            $$$"""{"instances":[{{{item}}},{"data":{{{item}}},"target":1}],"parameters":{"method":"saliency","target":0}}"""
        );
        Assert.Equal(
            [0, 1],
            answer.GetProperty("explanations").EnumerateArray().Select(e => e.GetProperty("target").GetProperty("index").GetInt32())
        );
        Assert.Equal("[3,16,16]", answer.GetProperty("explanations")[0].GetProperty("heatmap").GetProperty("shape").GetRawText());
        var prediction = await PostAsync(Predict, $$$"""{"instances":[{{{item}}}]}""");
        Assert.Equal(answer.GetProperty("predictions")[0].GetRawText(), prediction.GetProperty("predictions")[0].GetRawText());
    }

    [Theory]
    [InlineData("", "the request has no body")]
    [InlineData("[1]", "the body must be a JSON object with \"instances\"")]
    [InlineData("{\"instances\":", "the body is not JSON: line 1, byte 14")]
    [InlineData("{}", "Expected \"instances\" (or \"inputs\") to be a list")]
    [InlineData("{\"instances\":3}", "Expected \"instances\" (or \"inputs\") to be a list")]
    [InlineData("{\"instances\":[],\"x\":1}", "\"instances\" has 0 entries; allowed: 1 to 64")]
    [InlineData("{\"instances\":[1],\"target\":1}", "the request has no member \"target\"; known: instances, inputs, parameters")]
    [InlineData("{\"instances\":[1]}", "instance 0 is neither an image nor numbers")]
    [InlineData("{\"instances\":[{\"b64\":\"!\"}]}", "instance 0 'b64' holds no image in base64")]
    [InlineData("{\"instances\":[{\"target\":1}]}", "instance 0 has no image")]
    [InlineData("{\"instances\":[[1,2]]}", "instance 0 has the shape [2]; an item of 'x' has [3, 16, 16]")]
    [InlineData("{\"instances\":[{\"b64\":\"aGVsbG8=\"}]}", "The bytes are not an image of a known format.")]
    [InlineData("{\"instances\":[{\"b64\":\"aGVsbG8=\",\"mehtod\":1}]}", "mehtod: is not a parameter; did you mean 'method'?")]
    [InlineData("{\"instances\":[{\"b64\":\"aGVsbG8=\"}],\"parameters\":{\"method\":\"magic\"}}", "method: 'magic' is not allowed")]
    public async Task AWrongBodyIsRefusedInTheProtocolsOwnShape(string body, string message) =>
        await FailsAsync(
            await _client.SendAsync(Explain, Json(body)),
            body.Contains("aGVsbG8=\"}]}", StringComparison.Ordinal) ? 415 : 400,
            message
        );

    [Fact]
    public async Task FailuresHaveTheStatusThatClientsExpect()
    {
        await FailsAsync(await _client.SendAsync("/v1/models/absent:explain", Json("{}")), 404, "no model 'absent' is served");
        await FailsAsync(await _client.SendAsync("/v1/models/broken:predict", Json("{}")), 503, "model 'broken' could not be loaded");
        await FailsAsync(
            await _client.SendAsync(Explain, Json($$$"""{"instances":[{"b64":"{{{B64}}}"}],"parameters":{"target":99}}""")),
            400,
            "class 99 does not exist"
        );
        await FailsAsync(
            await _client.SendAsync(Explain, Json($$$"""{"instances":[{"b64":"{{{B64}}}"}],"parameters":{"target":"top:2"}}""")),
            400,
            "the target names 2 classes"
        );
        await FailsAsync(await _client.SendAsync("/v1/models/tiny:transmogrify", Json("{}")), 404, "There is nothing at this address");
        await FailsAsync(await Get("/v1/models/tiny:explain"), 404, "There is nothing at this address");
    }

    [Fact]
    public async Task TheColonMayComeEncoded() =>
        Assert.Equal(
            HttpStatusCode.OK,
            (await _client.SendAsync("/v1/models/tiny%3Aexplain", Json($$$"""{"instances":[{"b64":"{{{B64}}}"}]}"""))).StatusCode
        );

    private Task<HttpResponseMessage> Get(string path) => _client.SendAsync(path, null, method: HttpMethod.Get);

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        var response = await _client.SendAsync(path, Json(body));
        var json = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, json.GetRawText());
        return json;
    }

    private static async Task FailsAsync(HttpResponseMessage response, int status, string message)
    {
        var json = await response.JsonAsync();
        Assert.Equal(["error"], json.EnumerateObject().Select(p => p.Name));
        Assert.Contains(message, json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
    }
}
