using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Protocols;

/// <summary>One image, one question, five protocols, one map.</summary>
public sealed class SameAnswerTests(Service service) : IClassFixture<Service>
{
    private readonly HttpClient _client = service.Client;

    [Theory]
    [InlineData("largest", "otsu")]
    [InlineData("all", "0.6")]
    [InlineData("wsolevaluation", "0.6")]
    public async Task EveryProtocolWithBoxesAnswersTheSameRegions(string boxes, string threshold)
    {
        var image = TestImages.Make(50, 20, Engine.Images.ImageFormat.Png, seed: 7);
        var rule = $"boxes={boxes}&threshold={threshold}&include=boxes,masks,polygons";
        var native = (await JsonAsync($"{ExplainRoute}?format=json&{rule}", Raw(image))).GetProperty("explanations")[0];
        var compared = (await JsonAsync($"/api/v1/models/tiny/compare?format=json&{rule}", Raw(image))).GetProperty("explanations")[0];
        var v1 = await JsonAsync(
            "/v1/models/tiny:explain",
            Json(
                $$$"""{"instances":[{"b64":"{{{Convert.ToBase64String(image)}}}"}],"parameters":"""
                    + $$$"""{"boxes":"{{{boxes}}}","threshold":"{{{threshold}}}","include":["boxes","masks","polygons"]}}"""
            )
        );

        Assert.NotEqual(0, native.GetProperty("boxes").GetArrayLength());
        foreach (var other in new[] { compared, v1.GetProperty("explanations")[0] })
        {
            foreach (var part in new[] { "boxes", "mask", "polygons" })
                Assert.Equal(native.GetProperty(part).GetRawText(), other.GetProperty(part).GetRawText());
        }
    }

    [Theory]
    [InlineData("gradcam", "1")]
    [InlineData("layercam", "predicted")]
    [InlineData("eigencam", "0")]
    public async Task EveryProtocolAnswersTheSameMap(string method, string target)
    {
        var image = TestImages.Make(16, 16, Engine.Images.ImageFormat.Png, seed: 7);
        var native = await JsonAsync($"{ExplainRoute}?format=json&method={method}&target={target}", Raw(image));
        var map = Numbers(native.GetProperty("explanations")[0].GetProperty("map").GetProperty("data"));
        Assert.Contains(map, v => v != 0);

        var v1 = await JsonAsync(
            "/v1/models/tiny:explain",
            Json(
                $$$"""{"instances":[{"b64":"{{{Convert.ToBase64String(image)}}}"}],"parameters":"""
                    + $$$"""{"method":"{{{method}}}","target":"{{{target}}}"}}"""
            )
        );
        Assert.Equal(map, Numbers(v1.GetProperty("explanations")[0].GetProperty("heatmap").GetProperty("data")));

        var v2 = await JsonAsync(
            "/v2/models/tiny/explain",
            Json(
                V2($$$"""{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{Convert.ToBase64String(image)}}}"]}""", method, target)
            )
        );
        Assert.Equal(map, Numbers(Output(v2, "map")));

        var torch = await JsonAsync($"/explanations/tiny?method={method}&target={target}", Raw(image));
        Assert.Equal(map, Leaves(torch));

        // The image as the model takes it: no resizing, pixels divided by 255.
        var input = TestImages.Decode(image);
        Assert.Equal((16, 16), (input.Width, input.Height));
        var item = Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, 256).Select(i => input.Pixels[3 * i + c] / 255f));
        var own = await JsonAsync(
            "/v2/models/tiny/explain",
            Json(
                V2(
                    """{"name":"x","shape":[1,3,16,16],"datatype":"FP32","data":"""
                        + $$$"""[{{{string.Join(',', item.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}}}]}""",
                    method,
                    target
                )
            )
        );
        Assert.All(map.Zip(Numbers(Output(own, "map"))), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Fact]
    public async Task ImagesComeInTheBinaryFormSeveralAtATime()
    {
        byte[][] images = [TestImages.Png, TestImages.Make(40, 30, Engine.Images.ImageFormat.Jpeg, seed: 5)];
        var elements = images.SelectMany(Lengthened).ToArray();
        var header = Encoding.UTF8.GetBytes(
            """{"inputs":[{"name":"image","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":"""
                + $$$"""{{{elements.Length}}}}}],"outputs":[{"name":"map"},{"name":"logits"}],"parameters":{"target":2}}"""
        );

        var answer = await JsonAsync("/v2/models/tiny/explain", Binary([.. header, .. elements], header.Length));

        var maps = Numbers(Output(answer, "map"));
        for (var n = 0; n < 2; n++)
        {
            var native = await JsonAsync($"{ExplainRoute}?format=json&target=2", Raw(images[n]));
            Assert.Equal(Numbers(native.GetProperty("explanations")[0].GetProperty("map").GetProperty("data")), maps.Skip(n * 64).Take(64));
        }
    }

    [Fact]
    public async Task ABodyOfNothingButItsOnlyInputNeedsNoJson()
    {
        var answer = await JsonAsync("/v2/models/tiny/infer", Binary(TestImages.Png, 0));
        var item = new byte[2 * 3 * 16 * 16 * sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(item, 0.5f);
        var own = await JsonAsync("/v2/models/tiny/infer", Binary(item, 0));

        Assert.Equal("[1,3]", answer.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
        Assert.Equal("[2,3]", own.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
        Assert.Equal("logits", own.GetProperty("outputs")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task InferAnswersTheModelsOutputsAndExplanationsByName()
    {
        var request =
            """{"inputs":[{"name":"image","shape":[1,1],"datatype":"BYTES","parameters":{"content_type":"base64"},"data":"""
            + $$$"""[["{{{Convert.ToBase64String(TestImages.Png)}}}"]]}],"outputs":[{"name":"heatmap"},{"name":"logits"}]}""";
        var both = await JsonAsync("/v2/models/tiny/versions/1/infer", Json(request));
        var explained = await JsonAsync("/v2/models/tiny/explain", Json(request));

        Assert.Equal(["heatmap", "logits"], both.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("name").GetString()));
        Assert.Equal(Numbers(Output(explained, "heatmap")), Numbers(Output(both, "heatmap")));
        Assert.Equal(Numbers(Output(explained, "logits")), Numbers(Output(both, "logits")));
    }

    private static string V2(string input, string method, string target) =>
        $$$"""{"inputs":[{{{input}}}],"parameters":{"method":"{{{method}}}","target":"{{{target}}}"}}""";

    private static byte[] Lengthened(byte[] element) => [.. BitConverter.GetBytes((uint)element.Length), .. element];

    private static HttpContent Binary(byte[] body, int header)
    {
        var content = Raw(body);
        content.Headers.Add("Inference-Header-Content-Length", $"{header}");
        return content;
    }

    private static JsonElement Output(JsonElement answer, string name) =>
        answer.GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == name).GetProperty("data");

    private static float[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetSingle())];

    private static float[] Leaves(JsonElement nested) =>
        nested.ValueKind == JsonValueKind.Array ? [.. nested.EnumerateArray().SelectMany(Leaves)] : [nested.GetSingle()];

    private async Task<JsonElement> JsonAsync(string path, HttpContent content)
    {
        var response = await _client.SendAsync(path, content);
        var json = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, json.GetRawText());
        return json;
    }
}
