using System.Text.Json;
using Explain.Testing;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Protocols;

/// <summary>Targets that are no classes and inputs beside the image, in the Open Inference Protocol.</summary>
public sealed class OutputTensorTests(NetService nets) : IClassFixture<NetService>
{
    private const string Asked = """ "outputs":[{"name":"gradients"},{"name":"score"},{"name":"logits"},{"name":"map"}],"id":"a" """;

    private readonly HttpClient _client = nets.Client;

    [Fact]
    public async Task ACotangentOfTheOpenInferenceProtocolIsTheRegionOfTheNativeRoute()
    {
        var x = Input("x", [2, 3, 6, 8], seed: 1);
        var region = await InferAsync(
            "segmentation",
            $$"""{"inputs":[{{x}}],"parameters":{"target":{"output":"logits","index":[1],"region":{"mask":[[1,0]]} } },{{Asked}}}"""
        );
        var weights = string.Join(',', Enumerable.Range(0, 2 * 3 * 192).Select(i => i / 192 % 3 == 1 && i % 16 < 8 ? 1 : 0));
        var cotangent = "{\"name\":\"cotangent\",\"shape\":[2,3,12,16],\"datatype\":\"FP32\",\"data\":[" + weights + "]}";
        foreach (var parameters in new[] { """{"target":{"output":"logits"} }""", """{"target":"{\"output\":\"logits\"}"}""", "{}" })
        {
            var given = await InferAsync("segmentation", $$"""{"inputs":[{{x}},{{cotangent}}],"parameters":{{parameters}},{{Asked}}}""");
            Assert.Equal(region.GetProperty("outputs").ToString(), given.GetProperty("outputs").ToString());
        }
        Assert.Equal("[2,3,12,16]", region.GetProperty("outputs")[2].GetProperty("shape").ToString());
        Assert.Equal("[2]", region.GetProperty("outputs")[1].GetProperty("shape").ToString());
    }

    [Fact]
    public async Task FurtherInputsAreTensorsByTheirNames()
    {
        var x = Input("x", [2, 3, 6, 8], seed: 2);
        var tokens = """{"name":"tokens","shape":[2,3],"datatype":"INT64","data":[0,1,2,3,4,5]}""";
        var batch = await InferAsync(
            "caption",
            $$"""{"inputs":[{{x}},{{tokens}}],"parameters":{"target":{"output":"logits","tokens":[1,2,3]} },{{Asked}}}"""
        );
        Assert.Equal("[2,3,7]", batch.GetProperty("outputs")[2].GetProperty("shape").ToString());

        var question = Input("question", [1, 5], seed: 3);
        Assert.Equal(
            "[2,3]",
            (await InferAsync("vqa", $$"""{"inputs":[{{x}},{{question}}],"parameters":{"target":1},{{Asked}}}"""))
                .GetProperty("outputs")[2]
                .GetProperty("shape")
                .ToString()
        );
    }

    [Theory]
    [InlineData(
        "caption",
        """{"inputs":[INPUT],"parameters":{"target":{"output":"logits","tokens":[1]}}}""",
        "the model needs 'tokens' INT64 [-1, 3] beside the image"
    )]
    [InlineData(
        "caption",
        """{"inputs":[INPUT,{"name":"tokens","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""",
        "input 'tokens': datatype FP32 is not accepted; the model's is INT64"
    )]
    [InlineData(
        "caption",
        """{"inputs":[INPUT,{"name":"tokens","shape":[3,3],"datatype":"INT64","data":[1,2,3,1,2,3,1,2,3]}],"parameters":{"target":"""
            + """{"output":"logits","tokens":[1]}}}""",
        "input 'tokens' has 3 items; allowed: 1"
    )]
    [InlineData(
        "caption",
        """{"inputs":[INPUT,{"name":"words","shape":[1,3],"datatype":"INT64","data":[1,2,3]}]}""",
        "the model has no input 'words'; allowed: x (FP32), tokens (INT64), image (BYTES), target (INT64), cotangent (FP32)"
    )]
    [InlineData("segmentation", """{"inputs":[INPUT]}""", "has no class scores")]
    [InlineData(
        "segmentation",
        """{"inputs":[INPUT,{"name":"target","shape":[1],"datatype":"INT64","data":[0]}]}""",
        "has no class scores, so items have no classes"
    )]
    [InlineData(
        "segmentation",
        """{"inputs":[INPUT,{"name":"cotangent","shape":[1,3],"datatype":"FP32","data":[0,0,1]}]}""",
        "'cotangent' has [3] for an item, 'logits' is [3, 12, 16] for one image"
    )]
    [InlineData(
        "segmentation",
        """{"inputs":[INPUT,{"name":"cotangent","shape":[1,3],"datatype":"FP32","data":[0,0,1]}],"parameters":{"target":"""
            + """{"output":"logits","index":[0]}}}""",
        "beside a cotangent the target names the output and nothing else"
    )]
    [InlineData(
        "segmentation",
        """{"inputs":[INPUT],"parameters":{"layer":{"output":"logits"}}}""",
        "parameter 'layer' must be a string, a number, a boolean or a list of them"
    )]
    [InlineData(
        "embedding",
        """{"inputs":[INPUT],"parameters":{"target":[0,{"output":"embedding","index":[0]}]}}""",
        "one target for each item"
    )]
    public async Task ABadTensorIsNamedInTheWayOfThatProtocol(string model, string json, string message)
    {
        var response = await _client.SendAsync(
            $"/v2/models/{model}/explain",
            Json(json.Replace("INPUT", Input("x", [1, 3, 6, 8], 1), StringComparison.Ordinal))
        );

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(message, (await response.JsonAsync()).GetProperty("error").GetString());
    }

    private static string Input(string name, long[] shape, int seed) =>
        "{\"name\":\""
        + name
        + "\",\"shape\":["
        + string.Join(',', shape)
        + "],\"datatype\":\"FP32\",\"data\":["
        + string.Join(',', Tensor.Spread(shape, -1, 1, seed).Floats)
        + "]}";

    private async Task<JsonElement> InferAsync(string model, string json)
    {
        var answer = await (await _client.SendAsync($"/v2/models/{model}/explain", Json(json))).JsonAsync();
        Assert.True(answer.TryGetProperty("outputs", out _), answer.ToString());
        return answer;
    }
}
