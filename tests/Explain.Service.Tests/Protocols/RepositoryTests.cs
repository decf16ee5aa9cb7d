using System.Net;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Protocols;

/// <summary>The model repository extension, the timeout, and protocols that are switched off.</summary>
public sealed class RepositoryTests
{
    [Fact]
    public async Task ModelsAreListedUnloadedAndLoaded()
    {
        await using var service = new Service(("OpenAdmin", "true"));
        await service.InitializeAsync();
        var index = await PostAsync(service, "index", "");
        Assert.Equal(
            ["broken:UNAVAILABLE", "flat:READY", "norule:READY", "other:READY", "tiny:READY"],
            index.EnumerateArray().Select(m => $"{m.GetProperty("name").GetString()}:{m.GetProperty("state").GetString()}")
        );
        Assert.All(index.EnumerateArray(), m =>
            Assert.Equal(m.GetProperty("state").GetString() == "READY", m.GetProperty("reason").GetString() == "")
        );

        Assert.Equal("""{"name":"tiny","unload":true}""", (await PostAsync(service, "models/tiny/unload", "{}")).GetRawText());
        await (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).ProblemAsync(503, "model-not-ready");
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await service.Client.SendAsync("/v2/models/tiny/ready", null, method: HttpMethod.Get)).StatusCode
        );
        Assert.DoesNotContain("tiny", (await PostAsync(service, "index", """{"ready":true}""")).GetRawText(), StringComparison.Ordinal);

        Assert.Equal(
            """{"name":"tiny","load":true}""",
            (await PostAsync(service, "models/tiny/load", """{"parameters":{}}""")).GetRawText()
        );
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (await service.Client.SendAsync("/v2/models/tiny/versions/1/ready", null, method: HttpMethod.Get)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await service.Client.SendAsync("/v2/models/tiny/versions/2", null, method: HttpMethod.Get)).StatusCode
        );
    }

    [Theory]
    [InlineData("models/absent/load", "", 404, "there is no model 'absent' among the models' files")]
    [InlineData("models/absent/unload", "", 404, "no model 'absent' is served")]
    [InlineData("models/broken/load", "", 503, "model 'broken' could not be loaded")]
    [InlineData(
        "models/tiny/load",
        """{"parameters":{"config":"{}"}}""",
        400,
        "load takes no parameters: models are files in the service's models directory"
    )]
    [InlineData("index", "yes", 400, "the body must be empty or JSON of the form {\"ready\":true}")]
    public async Task WhatCannotBeDoneIsSaidInTheProtocolsShape(string path, string body, int status, string message)
    {
        await using var service = new Service(("OpenAdmin", "true"));
        await service.InitializeAsync();
        var response = await service.Client.SendAsync($"/v2/repository/{path}", Json(body));
        Assert.Contains(message, (await response.JsonAsync()).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task ARequestMayHurryTheService()
    {
        await using var service = new Service();
        await service.InitializeAsync();
        var image = Convert.ToBase64String(TestImages.Png);
        string Request(string parameters) =>
            $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{image}}}"]}],"parameters":{{{{parameters}}}}}""";

        var late = await service.Client.SendAsync("/v2/models/tiny/explain", Json(Request("\"timeout\":1")));
        Assert.Contains(
            "not finished within the request's timeout of 0.001 ms",
            (await late.JsonAsync()).GetProperty("error").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (await service.Client.SendAsync("/v2/models/tiny/explain", Json(Request("\"timeout\":30000000,\"priority\":0")))).StatusCode
        );
        foreach (var wrong in new[] { "\"timeout\":0", "\"timeout\":\"1 s\"", "\"priority\":1", "\"sequence_id\":1" })
        {
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await service.Client.SendAsync("/v2/models/tiny/explain", Json(Request(wrong)))).StatusCode
            );
        }
    }

    [Theory]
    [InlineData("KServe", "/v1/models")]
    [InlineData("OpenInference", "/v2")]
    [InlineData("TorchServe", "/ping")]
    public async Task AProtocolThatIsSwitchedOffIsNotThere(string protocol, string path)
    {
        await using var service = new Service(($"Protocols:{protocol}", "false"));
        await service.InitializeAsync();
        foreach (var other in new[] { "/v1/models", "/v2", "/ping" })
        {
            Assert.Equal(
                other == path ? HttpStatusCode.NotFound : HttpStatusCode.OK,
                (await service.Client.SendAsync(other, null, method: HttpMethod.Get)).StatusCode
            );
        }
    }

    private static async Task<JsonElement> PostAsync(Service service, string path, string body)
    {
        var response = await service.Client.SendAsync($"/v2/repository/{path}", Json(body));
        var json = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, json.GetRawText());
        return json;
    }
}
