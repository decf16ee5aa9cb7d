using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>The Open Inference Protocol.</summary>
public sealed class OpenInferenceTests(Service service) : IClassFixture<Service>
{
    private const string Route = "/v2/models/tiny/explain";
    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task TheUsualOutputsComeWithTheirShapesAndTheId()
    {
        var answer = await PostAsync($$"""{"id":"mine","inputs":[{{Input(2)}}]}""");
        Assert.Equal("mine", answer.GetProperty("id").GetString());
        Assert.Equal("tiny", answer.GetProperty("model_name").GetString());
        Assert.Equal("1", answer.GetProperty("model_version").GetString());
        Assert.Equal(["logits:2,3", "map:2,8,8", "heatmap:2,16,16"], Shapes(answer));
        foreach (var output in answer.GetProperty("outputs").EnumerateArray())
        {
            Assert.Equal("FP32", output.GetProperty("datatype").GetString());
            Assert.Equal(
                output.GetProperty("shape").EnumerateArray().Aggregate(1, (n, e) => n * e.GetInt32()),
                output.GetProperty("data").GetArrayLength()
            );
        }
    }

    [Fact]
    public async Task TheAnswerSaysItsLayerAndWhatToKnowOfEachItem()
    {
        var answer = await PostAsync(
            $$"""{"inputs":[{{Input(2)}},{"name":"target","shape":[2],"datatype":"INT64","data":[0,2]}],"parameters":{"sign":"both"} }"""
        );
        var scores = answer.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(v => v.GetSingle()).Chunk(3).ToArray();
        int[] targets = [0, 2];
        int[] others = [.. targets.Index().Where(t => scores[t.Index].Max() > scores[t.Index][t.Item]).Select(t => t.Index)];
        var said = answer.GetProperty("parameters");

        Assert.NotEmpty(others);
        Assert.Equal("features", said.GetProperty("layer").GetString());
        Assert.Equal(
            others.Select(n => $"{n} target-not-predicted: The model's first choice is another class."),
            said.GetProperty("diagnostics").GetString()!.Split('\n').Where(l => l.Contains("target-not-predicted"))
        );

        var inferred = await (await _client.SendAsync("/v2/models/tiny/infer", Json($$"""{"inputs":[{{Input(1)}}]}"""))).JsonAsync();
        Assert.False(inferred.TryGetProperty("parameters", out _));
    }

    [Fact]
    public async Task ActivationsAndGradientsComeWhenAskedFor()
    {
        var answer = await PostAsync(
            $$"""{"inputs":[{{Input(1)}}],"outputs":[{"name":"gradients"},{"name":"activations"}],"parameters":"""
                + """{"target":1,"layer":"features"} }"""
        );
        Assert.Equal(["gradients:1,4,8,8", "activations:1,4,8,8"], Shapes(answer));
        Assert.NotEqual("", answer.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("saliency")]
    [InlineData("integrated-gradients")]
    [InlineData("guided-gradcam")]
    [InlineData("lrp-epsilon")]
    public async Task MethodsInPixelSpaceGiveValuesOfTheInputsShape(string method)
    {
        var answer = await PostAsync($$"""{"inputs":[{{Input(2)}}],"parameters":{"method":"{{method}}","target":1} }""");
        Assert.Equal(["logits:2,3", "map:2,3,16,16", "heatmap:2,16,16"], Shapes(answer));
        Assert.Contains(answer.GetProperty("outputs")[1].GetProperty("data").EnumerateArray(), v => v.GetSingle() != 0);
    }

    [Theory]
    [InlineData("gradcam", "captum", "none", "map:1,8,8")]
    [InlineData("gradcam++", "torch-cam", "none", "map:1,8,8")]
    [InlineData("layercam", "pytorch-grad-cam", "eigen", "map:1,8,8")]
    [InlineData("shapleycam", "pytorch-grad-cam", "none", "map:1,8,8")]
    [InlineData("eigencam", "none", "none", "map:1,8,8")]
    [InlineData("kpcacam", "none", "none", "map:1,8,8")]
    [InlineData("refinecam", "none", "none", "map:1,8,8")]
    [InlineData("finercam", "none", "aug", "map:1,16,16")]
    public async Task MethodsOfALayerFollowConventionsAndAreSmoothed(string method, string compat, string smooth, string map)
    {
        var answer = await PostAsync(
            $$"""{"inputs":[{{Input(1)}}],"parameters":"""
                + $$"""{"method":"{{method}}","target":1,"compat":"{{compat}}","smooth":"{{smooth}}","sign":"both"} }"""
        );
        Assert.Equal(["logits:1,3", map, "heatmap:1,16,16"], Shapes(answer));
        Assert.Contains(answer.GetProperty("outputs")[1].GetProperty("data").EnumerateArray(), v => v.GetSingle() != 0);
    }

    [Fact]
    public async Task CaptumsGradCamIsOursWithoutTheReluAndTorchCamsPlusPlusIsAnother()
    {
        async Task<float[]> Map(string parameters) =>
            [
                .. (await PostAsync($$"""{"inputs":[{{Input(1)}}],"parameters":{"target":1,{{parameters}}},"outputs":[{"name":"map"}]}"""))
                    .GetProperty("outputs")[0]
                    .GetProperty("data")
                    .EnumerateArray()
                    .Select(e => e.GetSingle()),
            ];

        var captum = await Map("""  "compat":"captum" """);
        Assert.Equal(await Map("""  "sign":"both" """), captum);
        Assert.Equal(await Map("""  "method":"gradcam" """), captum.Select(v => Math.Max(v, 0)));
        Assert.NotEqual(await Map("""  "method":"gradcam++" """), await Map("""  "method":"gradcam++","compat":"torch-cam" """));
    }

    [Fact]
    public async Task InputTimesGradientIsTheInputTimesTheGradientOfTheInput()
    {
        var product = await PostAsync(
            $$"""{"inputs":[{{Input(1)}}],"parameters":{"method":"inputxgradient","target":1},"outputs":[{"name":"map"},"""
                + """{"name":"gradients"}]}"""
        );
        float[] Data(int output) =>
            [.. product.GetProperty("outputs")[output].GetProperty("data").EnumerateArray().Select(e => e.GetSingle())];
        var (map, gradients, input) = (Data(0), Data(1), Values(1));
        for (var i = 0; i < input.Length; i++)
            Assert.Equal(input[i] * gradients[i], map[i], 1e-6);
    }

    [Fact]
    public async Task FlatAndNestedDataAndBytesAreTheSame()
    {
        var flat = await PostAsync($$"""{"id":"a","inputs":[{{Input(1)}}]}""");
        var values = Values(1);
        var nested = new StringBuilder("[[");
        for (var c = 0; c < 3; c++)
        {
            nested
                .Append(c > 0 ? "," : "")
                .Append('[')
                .AppendJoin(',', Enumerable.Range(0, 16).Select(y => "[" + string.Join(',', values.Skip(c * 256 + y * 16).Take(16)) + "]"))
                .Append(']');
        }

        nested.Append("]]");
        var deep = await PostAsync($$"""{"id":"a","inputs":[{"name":"x","shape":[1,3,16,16],"datatype":"FP32","data":{{nested}}}]}""");
        Assert.Equal(flat.ToString(), deep.ToString());

        var bytes = await (
            await _client.SendAsync(
                Route,
                Binary(
                    """{"id":"a","inputs":[{"name":"x","shape":[1,3,16,16],"datatype":"FP32","parameters":{"binary_data_size":3072}}]}""",
                    values
                )
            )
        ).JsonAsync();
        Assert.Equal(flat.ToString(), bytes.ToString());
    }

    [Fact]
    public async Task BinaryOutputsFollowTheJson()
    {
        var json = await PostAsync($$"""{"inputs":[{{Input(1)}}]}""");
        var expected = json.GetProperty("outputs")[1].GetProperty("data").EnumerateArray().Select(e => e.GetSingle()).ToArray();
        var response = await _client.SendAsync(
            Route,
            Json(
                $$"""{"inputs":[{{Input(1)}}],"outputs":[{"name":"map"},{"name":"logits","parameters":"""
                    + """{"binary_data":false} }],"parameters":{"binary_data_output":true} }"""
            )
        );
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single());
        var header = JsonDocument.Parse(body.AsMemory(0, length)).RootElement;
        Assert.Equal(256, header.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal(3, header.GetProperty("outputs")[1].GetProperty("data").GetArrayLength());
        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(body.AsSpan(length)).ToArray());
    }

    [Fact]
    public async Task EachItemMayHaveItsOwnClass()
    {
        var one = await PostAsync($$"""{"inputs":[{{Input(1)}}],"parameters":{"target":"2"},"outputs":[{"name":"map"}]}""");
        var items = await PostAsync(
            $$"""{"inputs":[{{Input(2)}},{"name":"target","shape":[2],"datatype":"INT64","data":[2,0]}],"outputs":[{"name":"map"}]}"""
        );
        var expected = one.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(e => e.GetSingle()).ToArray();
        var both = items.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(e => e.GetSingle()).ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], both[i], 1e-5);
    }

    [Fact]
    public async Task AOneHotCotangentIsAClass()
    {
        var target = await PostAsync($$"""{"id":"a","inputs":[{{Input(1)}}],"parameters":{"target":1},"outputs":[{"name":"gradients"}]}""");
        var cotangent = await PostAsync(
            $$"""{"id":"a","inputs":[{{Input(1)}},{"name":"cotangent","shape":[1,3],"datatype":"FP32","data":[0,1,0]}],"outputs":"""
                + """[{"name":"gradients"}]}"""
        );
        Assert.Equal(target.ToString(), cotangent.ToString());
    }

    [Theory]
    [InlineData("nonsense", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"inputs":[]}""", 400)]
    [InlineData("""{"inputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[1]}]}""", 400)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3,16,16],"datatype":"FP32","data":[1,2]}]}""", 400)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3,16,16],"datatype":"FP16","data":[1,2]}]}""", 400)]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3,8,8],"datatype":"FP32","data":[1,2]}]}""", 400)]
    [InlineData("""{"inputs":[{"name":"x","shape":[4611686018427387904,3,16,16],"datatype":"FP32","data":[]}]}""", 400)]
    [InlineData("""{"inputs":[{"name":"x","shape":[-1,3,16,16],"datatype":"FP32","data":[]}]}""", 400)]
    [InlineData("""{"inputs":[INPUT],"outputs":[{"name":"nothing"}]}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"render":"mask"}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"target":7}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"target":{"a":1}}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"layer":"nothing"}}""", 404)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"method":"saliency","layer":"features"}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"method":"rise","compat":"captum"}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"method":"eigencam","compat":"torch-cam"}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"method":"eigencam","smooth":"eigen"}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"method":"saliency","smooth":"aug"}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"parameters":{"method":"integrated-gradients","samples":201}}""", 400)]
    [InlineData("""{"inputs":[INPUT],"more":1}""", 400)]
    [InlineData("""{"inputs":[INPUT,{"name":"target","shape":[1],"datatype":"INT64","data":[7]}]}""", 400)]
    [InlineData("""{"inputs":[INPUT,{"name":"target","shape":[2],"datatype":"INT64","data":[0,1]}]}""", 400)]
    [InlineData("""{"inputs":[INPUT,{"name":"target","shape":[1],"datatype":"INT64","data":[0.5]}]}""", 400)]
    [InlineData("""{"inputs":[INPUT,{"name":"cotangent","shape":[1,9],"datatype":"FP32","data":[0,0,0,0,0,0,0,0,0]}]}""", 400)]
    public async Task ABadRequestIsAnErrorOfThatProtocol(string json, int status)
    {
        var response = await _client.SendAsync(Route, Json(json.Replace("INPUT", Input(1), StringComparison.Ordinal)));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["error"], (await response.JsonAsync()).EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("/v2/models/nobody", 404)]
    [InlineData("/v2/models/nobody/ready", 404)]
    [InlineData("/v2/models/broken", 503)]
    [InlineData("/v2/nothing", 404)]
    public async Task AnUnknownNameIsAnErrorOfThatProtocol(string path, int status)
    {
        var response = await _client.SendAsync(path, null, method: HttpMethod.Get);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.False(string.IsNullOrEmpty((await response.JsonAsync()).GetProperty("error").GetString()));
    }

    [Fact]
    public async Task MetadataAndReadinessAreServed()
    {
        var model = await (await _client.SendAsync("/v2/models/tiny", null, method: HttpMethod.Get)).JsonAsync();
        Assert.Equal("onnx_onnxv1", model.GetProperty("platform").GetString());
        Assert.Equal([-1, 3, 16, 16], model.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(
            ["logits", "map", "heatmap", "activations", "gradients", "score"],
            model.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("name").GetString())
        );
        Assert.True(
            (await (await _client.SendAsync("/v2/models/tiny/ready", null, method: HttpMethod.Get)).JsonAsync())
                .GetProperty("ready")
                .GetBoolean()
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await _client.SendAsync("/v2/models/broken/ready", null, method: HttpMethod.Get)).StatusCode
        );
        Assert.True(
            (await (await _client.SendAsync("/v2/health/live", null, method: HttpMethod.Get)).JsonAsync()).GetProperty("live").GetBoolean()
        );
        Assert.True(
            (await (await _client.SendAsync("/v2/health/ready", null, method: HttpMethod.Get)).JsonAsync())
                .GetProperty("ready")
                .GetBoolean()
        );
    }

    [Fact]
    public async Task TheConfigurationIsThatOfTheModelInTritonsWords()
    {
        var config = await (await _client.SendAsync("/v2/models/tiny/config", null, method: HttpMethod.Get)).JsonAsync();
        Assert.Equal("onnxruntime_onnx", config.GetProperty("platform").GetString());
        Assert.Equal(4, config.GetProperty("max_batch_size").GetInt32());
        var input = Assert.Single(config.GetProperty("input").EnumerateArray());
        Assert.Equal(("x", "TYPE_FP32"), (input.GetProperty("name").GetString(), input.GetProperty("data_type").GetString()));
        Assert.Equal([3, 16, 16], input.GetProperty("dims").EnumerateArray().Select(d => d.GetInt32()));
    }

    [Fact]
    public async Task StatisticsCountRunsAndItems()
    {
        var before = await StatisticAsync();
        await PostAsync($$"""{"inputs":[{{Input(3)}}]}""");
        var after = await StatisticAsync();
        Assert.True(Count(after, "inference_count") >= Count(before, "inference_count") + 3, after.GetRawText());
        Assert.True(Count(after, "execution_count") > Count(before, "execution_count"), after.GetRawText());
        Assert.True(Count(after, "last_inference") >= Count(before, "last_inference") && Count(after, "last_inference") > 0);
        Assert.True(after.GetProperty("inference_stats").GetProperty("compute_infer").GetProperty("ns").GetInt64() > 0);

        async Task<JsonElement> StatisticAsync()
        {
            var answer = await (await _client.SendAsync("/v2/models/tiny/stats", null, method: HttpMethod.Get)).JsonAsync();
            return Assert.Single(answer.GetProperty("model_stats").EnumerateArray());
        }

        static long Count(JsonElement statistic, string name) => statistic.GetProperty(name).GetInt64();
    }

    private async Task<JsonElement> PostAsync(string json)
    {
        var response = await _client.SendAsync(Route, Json(json));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static HttpContent Binary(string json, float[] values)
    {
        var content = Raw([.. Encoding.UTF8.GetBytes(json), .. MemoryMarshal.AsBytes(values.AsSpan())]);
        content.Headers.Add("Inference-Header-Content-Length", Encoding.UTF8.GetByteCount(json).ToString());
        return content;
    }

    private static string[] Shapes(JsonElement answer) =>
        [
            .. answer
                .GetProperty("outputs")
                .EnumerateArray()
                .Select(o => $"{o.GetProperty("name").GetString()}:{string.Join(',', o.GetProperty("shape").EnumerateArray())}"),
        ];

    private static string Input(int items) =>
        $$"""{"name":"x","shape":[{{items}},3,16,16],"datatype":"FP32","data":[{{string.Join(',', Values(items))}}]}""";

    private static float[] Values(int items) => [.. Enumerable.Range(0, items * 768).Select(i => MathF.Sin(i))];
}
