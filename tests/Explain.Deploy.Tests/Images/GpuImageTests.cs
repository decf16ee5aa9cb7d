using System.Net.Http.Json;
using System.Text.Json;

namespace Explain.Deploy.Tests.Images;

/// <summary>
/// What the image with CUDA will hold, built by its Dockerfile's own commands and started without a card. It takes a minute, so it runs
/// when it is asked for: <c>-explicit only</c>.
/// </summary>
public sealed class GpuImageTests(GpuImage image) : IClassFixture<GpuImage>
{
    [Fact(Explicit = true)]
    public async Task ItServesOnTheCpuWhereNobodyInsistsOnCuda()
    {
        var environment = WithoutCard();
        environment["Explain__Device"] = "auto";
        using var service = await StartAsync(environment);
        using var client = await service.ReadyAsync(int.Parse(environment["ASPNETCORE_HTTP_PORTS"]));
        var health = await client.GetFromJsonAsync<JsonElement>("/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal("cpu", health.GetProperty("provider").GetString());
        Assert.Contains("CUDA cannot be used here", service.Printed, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task TheLibrariesOfCudaAreInTheImage()
    {
        var libraries = Directory.GetFiles(await image.OutputAsync(), "*onnxruntime*").Select(Path.GetFileName).ToHashSet();
        Assert.Superset(
            new HashSet<string?> { "libonnxruntime.so", "libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so" },
            libraries
        );
        Assert.All(libraries, library => Assert.EndsWith(".so", library));
    }

    [Fact(Explicit = true)]
    public async Task AsItIsItDoesNotStartWithoutACard()
    {
        using var service = await StartAsync(WithoutCard());
        Assert.Equal(2, await service.ExitCodeAsync());
        var line = Assert.Single(service.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(
            "Explain:Device = 'cuda' is not allowed; allowed: auto or cpu, as CUDA cannot be used here: the library ",
            line,
            StringComparison.Ordinal
        );
    }

    private async Task<Running> StartAsync(Dictionary<string, string> environment) =>
        Running.Start(image.Dockerfile.One("ENTRYPOINT").Exec, await image.OutputAsync(), environment);

    private Dictionary<string, string> WithoutCard()
    {
        var environment = image.Environment(image.Folder("models"));
        environment["CUDA_VISIBLE_DEVICES"] = "-1";
        return environment;
    }
}
