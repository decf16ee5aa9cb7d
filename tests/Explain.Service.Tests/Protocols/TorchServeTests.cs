using System.Net;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Protocols;

/// <summary>TorchServe's inference API, as its README calls it with curl.</summary>
public sealed class TorchServeTests(Service service) : IClassFixture<Service>
{
    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task PingIsHealthy() =>
        Assert.Equal("""{"status":"Healthy"}""", await _client.GetStringAsync("/ping", TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("POST", "application/x-www-form-urlencoded")]
    [InlineData("POST", "image/png")]
    [InlineData("PUT", null)]
    public async Task AnImageIsClassifiedByLabel(string verb, string? type)
    {
        var content = new ByteArrayContent(TestImages.Png);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await (await _client.SendAsync("/predictions/tiny", content, method: new HttpMethod(verb))).JsonAsync();
        Assert.Equal(["blue, azure", "green thing", "red"], answer.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        var values = answer.EnumerateObject().Select(p => p.Value.GetDouble()).ToArray();
        Assert.Equal(1, values.Sum(), 1e-5);
        Assert.Equal(values.OrderDescending(), values);
    }

    [Fact]
    public async Task AnExplanationIsBareNumbersShapedLikeTheInputForThePredictedClass()
    {
        var usual = await ExplainAsync("/explanations/tiny", Form(TestImages.Png, "data"));
        Assert.Equal([1, 3, 16, 16], Extents(usual));
        var best = (await (await _client.SendAsync("/api/v1/models/tiny/predict", Raw(TestImages.Png))).JsonAsync())
            .GetProperty("predictions")[0]
            .GetProperty("index")
            .GetInt32();
        Assert.Equal(
            usual.GetRawText(),
            (await ExplainAsync("/explanations/tiny/1", Form(TestImages.Png, "data", fields: ("target", $"{best}")))).GetRawText()
        );
        Assert.NotEqual(
            usual.GetRawText(),
            (await ExplainAsync("/explanations/tiny", Form(TestImages.Png, "data", fields: ("target", $"{(best + 1) % 3}")))).GetRawText()
        );
    }

    [Fact]
    public async Task OtherMethodsAnswerTheirMaps()
    {
        var map = await ExplainAsync("/explanations/tiny?method=gradcam", Raw(TestImages.Png, "image/png"));
        Assert.Equal([1, 8, 8], Extents(map));
    }

    [Theory]
    [InlineData("/predictions/absent", 404, "ModelNotFoundException", "no model 'absent' is served")]
    [InlineData("/predictions/tiny/7", 404, "ModelNotFoundException", "version '7' of model 'tiny' is not served; version 1 is")]
    [InlineData("/explanations/broken", 503, "ServiceUnavailableException", "model 'broken' could not be loaded")]
    [InlineData("/explanations/tiny?target=99", 400, "BadRequestException", "class 99 does not exist")]
    [InlineData("/explanations/tiny?metod=cam", 400, "BadRequestException", "metod: is not a parameter; did you mean 'method'?")]
    [InlineData("/explanations", 404, "ResourceNotFoundException", "There is nothing at this address")]
    public async Task FailuresComeInTheProtocolsOwnShape(string path, int status, string type, string message)
    {
        var response = await _client.SendAsync(path, Raw(TestImages.Png));
        var error = await response.JsonAsync();
        Assert.Equal(
            (status, status, type),
            ((int)response.StatusCode, error.GetProperty("code").GetInt32(), error.GetProperty("type").GetString())
        );
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoImageIsRefused()
    {
        var response = await _client.SendAsync("/predictions/tiny", Raw("hello"u8.ToArray()));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(415, (await response.JsonAsync()).GetProperty("code").GetInt32());
    }

    private async Task<JsonElement> ExplainAsync(string path, HttpContent content)
    {
        var response = await _client.SendAsync(path, content);
        var json = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, json.GetRawText());
        return json;
    }

    private static int[] Extents(JsonElement nested) =>
        nested.ValueKind == JsonValueKind.Array ? [nested.GetArrayLength(), .. Extents(nested[0])] : [];
}
