using System.Net;
using System.Text.Json;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Kernels.Images;
using Explain.Testing;

namespace Explain.Service.Tests;

/// <summary>What the service says of itself.</summary>
public sealed class DiscoveryTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task ModelsAreListedWithTheirStates()
    {
        var models = (await GetAsync("/api/v1/models"))
            .GetProperty("models")
            .EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.Equal(["broken", "flat", "norule", "other", "tiny"], models.Keys.Order());
        Assert.Equal("failed", models["broken"].GetProperty("state").GetString());
        Assert.NotEmpty(models["broken"].GetProperty("error").GetString()!);
        Assert.Equal("ready", models["tiny"].GetProperty("state").GetString());
        Assert.Equal("tiny", models["tiny"].GetProperty("model").GetProperty("name").GetString());
    }

    [Fact]
    public async Task AModelTellsEverythingTheContractPromises()
    {
        var model = await GetAsync("/api/v1/models/tiny");
        Assert.Equal("NCHW", model.GetProperty("input").GetProperty("layout").GetString());
        Assert.Equal(3, model.GetProperty("labels").GetInt32());
        Assert.Equal("features", model.GetProperty("layer").GetProperty("name").GetString());
        Assert.NotEmpty(model.GetProperty("layer").GetProperty("reason").GetString()!);
        Assert.Equal(
            "[4,8,8]",
            model
                .GetProperty("layers")
                .EnumerateArray()
                .First(l => l.GetProperty("name").GetString() == "features")
                .GetProperty("shape")
                .ToString()
        );
        Assert.Equal(
            MethodTable.All.Select(m => m.Id),
            model.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("method").GetString())
        );
        Assert.Matches("^[0-9a-f]{64}$", model.GetProperty("sha256").GetString());
        Assert.Equal("cpu", model.GetProperty("provider").GetString());
        Assert.Equal(
            "ai.onnx.ml.Binarizer",
            (await GetAsync("/api/v1/models/norule")).GetProperty("missingGradients")[0].GetProperty("operator").GetString()
        );
    }

    [Fact]
    public async Task LabelsMethodsColormapsAndSamplesAreServed()
    {
        Assert.Equal(
            ["red", "green thing", "blue, azure"],
            (await GetAsync("/api/v1/models/tiny/labels")).GetProperty("labels").EnumerateArray().Select(l => l.GetString())
        );
        Assert.Equal(
            MethodTable.All.Select(m => m.Id),
            (await GetAsync("/api/v1/methods")).GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("id").GetString())
        );
        Assert.Equal(
            ColorMap.Names,
            (await GetAsync("/api/v1/colormaps")).GetProperty("colormaps").EnumerateArray().Select(m => m.GetProperty("name").GetString())
        );
        var turbo = (await GetAsync("/api/v1/colormaps")).GetProperty("colormaps")[0].GetProperty("colors");
        Assert.Equal((256, "#30123b", "#7a0403"), (turbo.GetArrayLength(), $"{turbo[0]}", $"{turbo[255]}"));
        Assert.Equal(1_000_000, (await GetAsync("/api/v1/models")).GetProperty("limits").GetProperty("bytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, (await GetAsync("/api/v1/models")).GetProperty("uploadBytes").ValueKind);
        var sample = (await GetAsync("/api/v1/samples")).GetProperty("samples")[0].GetProperty("file").GetString();
        var image = await service.Client.SendAsync($"/api/v1/samples/{sample}", null, method: HttpMethod.Get);
        Assert.Equal("image/png", image.Content.Headers.ContentType?.MediaType);
        await (await service.Client.SendAsync("/api/v1/samples/samples.json", null, method: HttpMethod.Get)).ProblemAsync(404, "not-found");
        await (await service.Client.SendAsync("/api/v1/samples/..%2Fmodel.onnx", null, method: HttpMethod.Get)).ProblemAsync(
            404,
            "not-found"
        );
    }

    [Fact]
    public async Task HealthTellsLiveReadyAndStarted()
    {
        foreach (var path in new[] { "/healthz/live", "/healthz/ready", "/healthz/startup" })
        {
            var health = await GetAsync(path);
            Assert.Equal("ok", health.GetProperty("status").GetString());
            Assert.Equal(5, health.GetProperty("models").GetArrayLength());
        }
    }

    [Fact]
    public async Task TheServedDocumentIsTheCommittedOne()
    {
        var served = await (
            await service.Client.SendAsync("/swagger/v1/swagger.yaml", null, method: HttpMethod.Get)
        ).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "openapi.yaml"), TestContext.Current.CancellationToken),
            served,
            ignoreLineEndingDifferences: true
        );
    }

    [Fact]
    public async Task TheDocumentNamesEveryParameterAndTheUiIsServed()
    {
        var document = await GetAsync("/swagger/v1/swagger.json");
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var parameters = document
            .GetProperty("paths")
            .GetProperty("/api/v1/models/{model}/explain")
            .GetProperty("post")
            .GetProperty("parameters")
            .EnumerateArray()
            .Select(p => p.GetProperty("name").GetString());
        Assert.Equal(["model", .. ParameterTable.For(ParameterScope.Image).Select(p => p.Name)], parameters);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/swagger/index.html", null, method: HttpMethod.Get)).StatusCode);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var response = await service.Client.SendAsync(path, null, method: HttpMethod.Get);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        return await response.JsonAsync();
    }
}
