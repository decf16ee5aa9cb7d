using Explain.Deploy.Tests.Compose;
using Explain.Deploy.Tests.Images;
using Explain.Deploy.Tests.Kubernetes;
using Explain.Service;
using Microsoft.Extensions.Configuration;

namespace Explain.Deploy.Tests;

/// <summary>What the files set are settings of the service, with values that it takes.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("explain-models-").FullName;

    public void Dispose() => Directory.Delete(_models);

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("Dockerfile.gpu")]
    public void OfTheImages(string file) => AreSettings(Dockerfile.Read(file).Environment());

    [Fact]
    public void OfTheKustomizations() =>
        Assert.All(Kustomization.All, k => AreSettings(k.Literals().GroupBy(l => l.Key).ToDictionary(g => g.Key, g => g.Last().Value)));

    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("docker-compose.gpu.yml")]
    public void OfCompose(string file) => AreSettings(ComposeFile.Read(file).Services["explain"].Environment);

    [Fact]
    public void AMisspeltOneIsFound() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AreSettings(new Dictionary<string, string> { ["Explain__QueLimit"] = "1" }));

    private void AreSettings(Dictionary<string, string> environment)
    {
        var settings = environment.ToDictionary(e => e.Key.Replace("__", ":", StringComparison.Ordinal), string? (e) => e.Value);
        settings["Explain:ModelsDirectory"] = _models;
        Assert.All(settings.Keys.Where(k => k.Contains("explain", StringComparison.OrdinalIgnoreCase)), k =>
            Assert.StartsWith($"{ServiceSettings.Section}:", k, StringComparison.Ordinal)
        );
        // What insists on a card is refused where there is none.
        if (settings.TryGetValue("Explain:Device", out var device) && device == "cuda")
            settings["Explain:Device"] = "auto";
        ServiceSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), out var problems);
        Assert.Empty(problems);
    }
}
