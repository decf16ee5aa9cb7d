using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>Targets that are no classes and inputs beside the image, through the native route.</summary>
public sealed class OutputTargetTests(NetService nets) : IClassFixture<NetService>
{
    private const string Question = """{"question":{"shape":[1,5],"data":[[0.5,-1,0.25,1,0]]}}""";
    private const string Tokens = """{"tokens":{"shape":[1,3],"data":[0,2,4]}}""";
    private const string State = """{"state":{"shape":[1,2],"data":[1,-0.5]}}""";
    private readonly HttpClient _client = nets.Client;

    // csharpier-ignore
    public static TheoryData<string, string, string, string> Targets => new()
    {
        { "segmentation", """{"output":"logits","index":[1],"region":"predicted"}""", "{}", """{"output":"logits","index":[1],"region":"predicted"}""" },
        { "segmentation", """{"output":"logits","index":["road"],"region":{"mask":[[1,0]]}}""", "{}", """{"output":"logits","index":[1],"label":"road","region":"mask","regionSize":96}""" },
        { "detection", """{"output":"rows","index":["max",2]}""", "{}", """{"output":"rows"}""" },
        { "embedding", """{"output":"embedding","similarTo":{"vector":[1,0,0,0,0,0]}}""", "{}", """{"output":"embedding","similarTo":"vector"}""" },
        { "caption", """{"output":"logits","tokens":[1,2,3]}""", Tokens, """{"output":"logits","tokens":[1,2,3]}""" },
        { "policy", """{"output":"value"}""", State, """{"output":"value"}""" },
        { "policy", """{"output":"policy","weights":[1,-1,0,0]}""", State, """{"output":"policy","weights":[4]}""" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task TheAnswerSaysWhatWasExplainedAndItsValue(string model, string target, string inputs, string facts)
    {
        var answer = await ExplainAsync(model, target, inputs);

        var explained = answer.GetProperty("explanations")[0].GetProperty("target");
        foreach (var fact in JsonDocument.Parse(facts).RootElement.EnumerateObject())
            Assert.Equal(fact.Value.ToString(), explained.GetProperty(fact.Name).ToString());
        Assert.True(double.IsFinite(explained.GetProperty("value").GetDouble()));
        Assert.Equal(48, answer.GetProperty("explanations")[0].GetProperty("map").GetProperty("data").GetArrayLength());
        Assert.Equal(
            model is "embedding" ? 3
                : model is "policy" ? 4
                : 0,
            answer.GetProperty("predictions").GetArrayLength()
        );
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task QueryFormAndJsonAreTheSame(string model, string target, string inputs, string _)
    {
        var json = await ExplainAsync(model, target, inputs);
        var form = await (
            await _client.SendAsync(
                Route(model),
                Form(TestImages.Png, fields: [("target", target), ("inputs", inputs), ("format", "json")])
            )
        ).JsonAsync();
        var query = await (
            await _client.SendAsync(
                $"{Route(model)}?format=json&target={Uri.EscapeDataString(target)}&inputs={Uri.EscapeDataString(inputs)}",
                Raw(TestImages.Png)
            )
        ).JsonAsync();

        foreach (var other in new[] { form, query })
        {
            foreach (var part in new[] { "id", "explanations", "predictions" })
                Assert.Equal(json.GetProperty(part).ToString(), other.GetProperty(part).ToString());
        }
    }

    [Fact]
    public async Task ClassesAndOtherTargetsMixInTheOrderAskedFor()
    {
        var mixed = await ExplainAsync("embedding", """[2,{"output":"embedding","index":[0]},"predicted"]""", "{}");
        var alone = await ExplainAsync("embedding", "\"2\"", "{}");
        var explanations = mixed.GetProperty("explanations");

        Assert.Equal(3, explanations.GetArrayLength());
        Assert.Equal(2, explanations[0].GetProperty("target").GetProperty("index").GetInt32());
        Assert.Equal("embedding", explanations[1].GetProperty("target").GetProperty("output").GetString());
        Assert.Equal(mixed.GetProperty("predictions")[0].ToString(), explanations[2].GetProperty("target").ToString());
        Assert.Equal(alone.GetProperty("explanations")[0].ToString(), explanations[0].ToString());
        Assert.Equal(
            ["index", "label", "logit", "probability"],
            explanations[0].GetProperty("target").EnumerateObject().Select(p => p.Name)
        );
    }

    [Fact]
    public async Task ClassesAndOtherTargetsAreComparedByMethodInTheOrderAskedFor()
    {
        const string Target = """[2,{"output":"embedding","index":[0]},"predicted"]""";
        var body = Json(TestImages.Png, "{\"target\":" + Target + ",\"methods\":\"gradcam,rise\",\"samples\":40,\"format\":\"json\"}");
        var compared = (await (await _client.SendAsync("/api/v1/models/embedding/compare", body)).JsonAsync())
            .GetProperty("explanations")
            .EnumerateArray()
            .ToArray();

        Assert.Equal(["gradcam", "gradcam", "gradcam", "rise", "rise", "rise"], compared.Select(e => e.GetProperty("method").GetString()));
        Assert.Equal(
            ["logit", "logit", "logit", "probability", "logit", "probability"],
            compared.Select(e => e.GetProperty("score").GetString())
        );
        foreach (var method in new[] { compared[..3], compared[3..] })
        {
            Assert.Equal(2, method[0].GetProperty("target").GetProperty("index").GetInt32());
            Assert.Equal("embedding", method[1].GetProperty("target").GetProperty("output").GetString());
        }
        var alone = await ExplainAsync("embedding", Target, "{}");
        Assert.Equal(alone.GetProperty("explanations").EnumerateArray().Select(e => e.ToString()), compared[..3].Select(e => e.ToString()));
    }

    [Fact]
    public async Task WhatAnotherTargetCostsIsEstimatedWithTheInputsBesideTheImage()
    {
        var cost = await (
            await _client.SendAsync(
                "/api/v1/models/caption/estimate",
                Json("""{"parameters":{"method":"gradcam","target":{"output":"logits","tokens":[1,2,3]}},"inputs":""" + Tokens + "}")
            )
        ).JsonAsync();
        var missing = await _client.SendAsync(
            "/api/v1/models/caption/estimate?target=%7B%22output%22:%22logits%22,%22tokens%22:[1]%7D",
            Json("{}")
        );

        Assert.Equal(1, cost.GetProperty("passes").GetProperty("forward").GetInt32());
        Assert.Equal(1, cost.GetProperty("passes").GetProperty("backward").GetInt32());
        Assert.True(cost.GetProperty("milliseconds").GetDouble() > 0);
        Assert.Equal(400, (int)missing.StatusCode);
        Assert.Contains("'tokens' INT64", await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnImageIsMostSimilarToItself()
    {
        var target = "{\"output\":\"embedding\",\"similarTo\":{\"image\":{\"b64\":\"" + Convert.ToBase64String(TestImages.Png) + "\"}}}";
        var explained = (await ExplainAsync("embedding", target, "{}")).GetProperty("explanations")[0].GetProperty("target");

        Assert.Equal("image", explained.GetProperty("similarTo").GetString());
        Assert.Equal(1, explained.GetProperty("value").GetDouble(), 1e-5);
    }

    [Fact]
    public async Task AnImageAnswerNamesTheTargetInItsHeader()
    {
        var response = await _client.SendAsync(
            Route("segmentation"),
            Form(
                TestImages.Png,
                fields: [("target", """[{"output":"logits","index":[2],"region":"predicted"},{"output":"logits","index":[0,1,1]}]""")]
            )
        );

        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("logits%5Bhouse%5D%20predicted%20region,logits%5Bsky%5D", response.Headers.GetValues("X-Explain-Target").Single());
    }

    [Fact]
    public async Task AMaskMayBeLargerThanOtherFields()
    {
        var mask = string.Join(',', Enumerable.Repeat($"[{string.Join(',', Enumerable.Repeat(1, 100))}]", 100));
        var response = await _client.SendAsync(
            Route("segmentation"),
            Form(
                TestImages.Png,
                fields: [("target", "{\"output\":\"logits\",\"index\":[0],\"region\":{\"mask\":[" + mask + "]}}"), ("format", "json")]
            )
        );

        Assert.Equal(
            192,
            (await response.JsonAsync()).GetProperty("explanations")[0].GetProperty("target").GetProperty("regionSize").GetInt32()
        );
    }

    [Fact]
    public async Task AClassThatIsPredictedNowhereIsSaid()
    {
        var answer = await ExplainAsync("segmentation", """{"output":"logits","index":[0],"region":{"mask":[[0]]}}""", "{}");

        Assert.Contains(answer.GetProperty("explanations")[0].GetProperty("diagnostics").EnumerateArray(), d =>
            d.GetProperty("code").GetString() == "region-empty"
        );
    }

    [Theory]
    [InlineData(
        "segmentation",
        "\"predicted\"",
        "{}",
        422,
        "target-out-of-range",
        "has no class scores; it has 'logits' (map [3, 12, 16]). Give target as {\"output\":\"logits\""
    )]
    [InlineData(
        "segmentation",
        """{"output":"nothing","index":[0]}""",
        "{}",
        400,
        "invalid-parameter",
        "the model has 'logits' (map [3, 12, 16])"
    )]
    [InlineData("segmentation", """{"output":"logits","index":[3]}""", "{}", 422, "target-out-of-range", "allowed: 0 to 2")]
    [InlineData("segmentation", """{"output":"logits","index":["tree"]}""", "{}", 404, "label-not-found", "no single label matches 'tree'")]
    [InlineData("segmentation", """{"output":"logits","index":[0],"region":{"mask":"AAAA"}}""", "{}", 415, "unsupported-media-type", "")]
    [InlineData("segmentation", """[{"output":"logits","index":[0]},[]]""", "{}", 400, "invalid-parameter", "holds []")]
    [InlineData("segmentation", "\"{output\"", "{}", 400, "invalid-parameter", "is not JSON")]
    [InlineData(
        "segmentation",
        """{"output":"logits","index":[0]}""",
        """{"question":{"shape":[1],"data":[1]}}""",
        400,
        "invalid-parameter",
        "it takes the image only"
    )]
    [InlineData(
        "detection",
        """{"output":"rows","index":[48,0]}""",
        "{}",
        422,
        "target-out-of-range",
        "'rows' is [48, 5] for one image; allowed: 0 to 47"
    )]
    [InlineData("embedding", """{"output":"embedding","similarTo":{"image":{"b64":"AAAA"}}}""", "{}", 415, "unsupported-media-type", "")]
    [InlineData(
        "embedding",
        """{"output":"embedding","similarTo":{"vector":[1]}}""",
        "{}",
        422,
        "target-out-of-range",
        "has 1 numbers, 'embedding' is [6]"
    )]
    [InlineData("caption", """{"output":"logits","tokens":[7,0,0]}""", Tokens, 422, "target-out-of-range", "token 7 does not exist")]
    [InlineData(
        "caption",
        """{"output":"logits","tokens":[1]}""",
        "{}",
        400,
        "invalid-parameter",
        "the model needs 'tokens' INT64 [-1, 3] beside the image"
    )]
    [InlineData(
        "caption",
        """{"output":"logits","tokens":[1]}""",
        """{"tokens":{"shape":[1,3],"data":[0,1,0.5]}}""",
        400,
        "invalid-parameter",
        "input 'tokens' is INT64: 0.5 is no whole number"
    )]
    [InlineData(
        "caption",
        """{"output":"logits","tokens":[1]}""",
        """{"tokens":{"shape":[1,3],"data":[0,1,99]}}""",
        400,
        "invalid-request",
        "the model cannot compute with these values of 'tokens' INT64 [-1, 3]: Gather 'gather/said': index 99 is outside of -7 to 6"
    )]
    [InlineData("vqa", "\"0\"", "{}", 400, "invalid-parameter", "the model needs 'question' FP32 [-1, 5] beside the image")]
    [InlineData(
        "vqa",
        "\"0\"",
        """{"question":{"shape":[1,4],"data":[1,2,3,4]}}""",
        400,
        "invalid-parameter",
        "the model's is 'question' FP32 [-1, 5]"
    )]
    [InlineData("vqa", "\"0\"", """{"question":[1,2]}""", 400, "invalid-parameter", "needs a shape and data")]
    [InlineData("vqa", "\"0\"", "5", 400, "invalid-parameter", "is no object")]
    [InlineData("policy", """{"output":"policy"}""", State, 400, "invalid-parameter", "which is not one number")]
    public async Task ABadTargetOrInputIsNamed(string model, string target, string inputs, int status, string slug, string detail)
    {
        var problem = await (await PostAsync(model, target, inputs)).ProblemAsync(status, slug);

        Assert.Contains(detail, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task AModelWithoutClassesPredictsNone()
    {
        var problem = await (await _client.SendAsync("/api/v1/models/segmentation/predict", Form(TestImages.Png))).ProblemAsync(
            422,
            "target-out-of-range"
        );
        Assert.Contains("has no class scores to predict; its output 'logits' is a map", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task AnAnswerToAQuestionIsPredictedAndExplained()
    {
        var predicted = await (
            await _client.SendAsync("/api/v1/models/vqa/predict", Form(TestImages.Png, fields: [("inputs", Question)]))
        ).JsonAsync();
        var explained = await ExplainAsync("vqa", "\"predicted\"", Question);

        Assert.Equal(predicted.GetProperty("predictions").ToString(), explained.GetProperty("predictions").ToString());
        Assert.Equal(
            predicted.GetProperty("predictions")[0].ToString(),
            explained.GetProperty("explanations")[0].GetProperty("target").ToString()
        );
        await (await _client.SendAsync("/api/v1/models/vqa/predict", Form(TestImages.Png))).ProblemAsync(400, "invalid-parameter");
        var other = await ExplainAsync("vqa", "\"predicted\"", Question.Replace("0.5,-1", "-1,0.5", StringComparison.Ordinal));
        Assert.NotEqual(explained.GetProperty("id").GetString(), other.GetProperty("id").GetString());
    }

    [Fact]
    public async Task TheModelSaysWhatCanBeAskedOfIt()
    {
        var model = await (await _client.SendAsync("/api/v1/models/segmentation", null, method: HttpMethod.Get)).JsonAsync();

        Assert.Equal(("map", 0), (model.GetProperty("output").GetProperty("kind").GetString(), model.GetProperty("classes").GetInt32()));
        Assert.Contains(
            """{"output":"logits","index":[0],"region":"predicted"}""",
            model.GetProperty("targets")[0].GetProperty("forms").EnumerateArray().Select(f => f.GetString())
        );
    }

    private static string Route(string model) => $"/api/v1/models/{model}/explain";

    private Task<HttpResponseMessage> PostAsync(string model, string target, string inputs) =>
        _client.SendAsync(
            Route(model),
            Json(
                "{\"image\":{\"b64\":\""
                    + Convert.ToBase64String(TestImages.Png)
                    + "\"},\"parameters\":{\"format\":\"json\",\"target\":"
                    + target
                    + "},\"inputs\":"
                    + inputs
                    + "}"
            )
        );

    private async Task<JsonElement> ExplainAsync(string model, string target, string inputs)
    {
        var answer = await (await PostAsync(model, target, inputs)).JsonAsync();
        Assert.True(answer.TryGetProperty("explanations", out _), answer.ToString());
        return answer;
    }
}
