using System.Net;
using System.Text.Json;
using Explain.Testing;

namespace Explain.Service.Tests;

/// <summary>The service with each of its image libraries, as a process: what one needs is not loaded for the other.</summary>
public sealed class ImageCodecTests
{
    [Theory]
    [InlineData("vips", true)]
    [InlineData("imagesharp", false)]
    public async Task AnImageIsExplainedAndDrawnWithTheChosenLibraryAlone(string codec, bool native)
    {
        await using var service = await ServiceProcess.StartAsync(
            typeof(Program).Assembly.Location,
            ["--Explain:Device=cpu", "--Explain:Store=none", $"--Explain:ImageCodec={codec}"]
        );
        var cancellation = TestContext.Current.CancellationToken;
        var sample = await service.Client.GetByteArrayAsync("/api/v1/samples/drop-and-arrow.png", cancellation);
        using var one = await service.Client.PostAsync("/api/v1/models/demo/explain", Requests.Raw(sample), cancellation);
        // Several maps stand under captions.
        using var several = await service.Client.PostAsync(
            "/api/v1/models/demo/explain?target=drop,arrow",
            Requests.Raw(sample),
            cancellation
        );

        foreach (var answer in new[] { one, several })
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(TestImages.Decode(await answer.Content.ReadAsByteArrayAsync(cancellation)).Width > 0);
        }
        var health = await service.Client.GetStringAsync("/healthz/ready", cancellation);
        Assert.Equal("cpu", JsonDocument.Parse(health).RootElement.GetProperty("provider").GetString());
        var loaded = await File.ReadAllTextAsync($"/proc/{service.Id}/maps", cancellation);
        Assert.Equal(native, loaded.Contains("libvips", StringComparison.Ordinal));
        Assert.Equal(!native, loaded.Contains("SixLabors.ImageSharp.dll", StringComparison.Ordinal));
    }
}
