using System.Text.Json;
using Explain.Deploy.Tests.Images;
using Explain.Deploy.Tests.Kubernetes;
using Explain.Deploy.Tests.Monitoring;
using Explain.Testing;

namespace Explain.Deploy.Tests;

/// <summary>The service started as orchestrators start it.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("explain-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("deploy/kserve/clusterservingruntime.yaml", "", "1")]
    [InlineData("deploy/kserve/clusterservingruntime.yaml", "1", "1")]
    [InlineData("deploy/kserve/explainer.yaml", "7", "7")]
    public async Task TheArgumentsOfAKServeContainerServeTheMountedModelUnderTheNameOfItsInferenceService(
        string file,
        string version,
        string expected
    )
    {
        Demo(version);
        var port = Ports.Free();
        var written = Workload
            .All.Single(w => w.File == file)
            .Container.Args.Select(a =>
                a.Replace("{{.Name}}", "heron", StringComparison.Ordinal)
                    .Replace("/mnt/models", _folder, StringComparison.Ordinal)
                    .Replace("8080", $"{port}", StringComparison.Ordinal)
            );
        // What the controller appends to an explainer's, each name and value as two arguments.
        string[] appended = file.EndsWith("explainer.yaml", StringComparison.Ordinal)
            ? ["--model_name", "heron", "--predictor_host", "heron-predictor.zoo", "--http_port", $"{port}", "--workers", "1"]
            : [];
        using var service = Running.Service(
            [.. written, .. appended],
            [.. Dockerfile.Read("Dockerfile").Environment().Select(e => (e.Key, e.Value))]
        );
        using var client = await service.ReadyAsync(port);
        using var models = JsonDocument.Parse(await client.GetStringAsync("/api/v1/models", TestContext.Current.CancellationToken));
        var model = Assert.Single(models.RootElement.GetProperty("models").EnumerateArray().ToArray());
        Assert.Equal("heron", model.GetProperty("name").GetString());
        Assert.Equal("ready", model.GetProperty("state").GetString());
        Assert.Equal(expected, model.GetProperty("model").GetProperty("version").GetString());
    }

    [Fact]
    public async Task EveryAddressThatAManifestAsksAnswers()
    {
        var port = Ports.Free();
        using var service = Running.Service(["--http_port", $"{port}"]);
        using var client = await service.ReadyAsync(port);
        string[] asked =
        [
            .. Workload.All.SelectMany(w => w.Probes).Select(p => p.HttpGet.Path),
            PrometheusFile.Read().ScrapeConfigs.Single().MetricsPath,
            .. Manifests.Of<ClusterServingRuntime>().Select(r => r.Spec.Annotations["prometheus.kserve.io/path"]),
        ];
        foreach (var path in asked.Distinct())
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task AModelNamedWhereThereIsNoneStopsTheStart()
    {
        Demo("crane");
        using var service = Running.Service(["--models=" + _folder, "--model_name", "heron"]);
        Assert.Equal(2, await service.ExitCodeAsync());
        Assert.StartsWith(
            "Explain:ModelName = 'heron' is not allowed; allowed: a folder in the ModelsDirectory",
            service.Printed,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("web")]
    [InlineData("65536")]
    [InlineData("-1")]
    public async Task APortThatIsNoneStopsTheStart(string port)
    {
        using var service = Running.Service(["--http_port", port]);
        Assert.Equal(2, await service.ExitCodeAsync());
        Assert.Equal(
            $"http_ports = '{port}' is not allowed; allowed: a port from 0 to 65535, or several with ; between them",
            service.Printed.Trim()
        );
    }

    [Fact]
    public async Task TheHealthCheckAsksTheAddressThatTheServiceListensOn()
    {
        var port = Ports.Free();
        using var service = Running.Service([], ("ASPNETCORE_HTTP_PORTS", $"{port}"));
        using var client = await service.ReadyAsync(port);
        // A proxy of the environment must not be asked for this machine.
        await Exits(0, "", ["--health-check"], ("ASPNETCORE_HTTP_PORTS", $"{port}"), ("HTTP_PROXY", "http://127.0.0.1:9"));
        await Exits(0, "", ["--health-check", "live", "--http_port", $"{port}"]);
        await Exits(0, "", ["--health-check", "startup", "--urls", $"https://localhost:1;http://0.0.0.0:{port}"]);
        await Exits(1, "ready: http://localhost:", ["--health-check", "--http_port", $"{Ports.Free()}"]);
        await Exits(1, "'alive' is no health check; allowed: ready, live, startup", ["--health-check", "alive"]);
        await Exits(1, "ready: https://localhost:", ["--health-check", "--urls", $"https://localhost:{Ports.Free()}"]);
        await Exits(1, "urls = 'nonsense' has no address to ask", ["--health-check", "--urls", "nonsense"]);
    }

    [Fact]
    public async Task TheHealthCheckSaysThatTheServiceIsNotReady()
    {
        Demo("broken", "this is no model"u8.ToArray());
        var port = Ports.Free();
        using var service = Running.Service(["--models=" + _folder, "--http_port", $"{port}", "--Explain:DemoModel=false"]);
        for (var tries = 0; !service.Printed.Contains("could not be loaded", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 600, service.Printed);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        await Exits(1, "ready: 503 ", ["--health-check", "--http_port", $"{port}"]);
        await Exits(0, "", ["--health-check", "live", "--http_port", $"{port}"]);
    }

    private static async Task Exits(int code, string printed, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var check = Running.Service(arguments, environment);
        Assert.True(await check.ExitCodeAsync() == code, check.Printed);
        Assert.StartsWith(printed, check.Printed, StringComparison.Ordinal);
        if (code == 0)
            Assert.Empty(check.Printed.Trim());
    }

    private void Demo(string below, byte[]? model = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, below)).FullName;
        if (model is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model);
        }
        else
        {
            foreach (var file in new[] { "model.onnx", "model.json", "labels.txt" })
                File.Copy(Repository.PathOf("src", "Explain.Demo", "Assets", file), Path.Combine(folder, file));
        }
    }
}
