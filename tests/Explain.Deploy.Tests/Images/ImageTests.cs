using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace Explain.Deploy.Tests.Images;

/// <summary>
/// What the image will hold, built by the Dockerfile's own commands and started by its ENTRYPOINT. It takes a minute, so it runs
/// when it is asked for: <c>-explicit only</c>.
/// </summary>
public sealed class ImageTests(CpuImage image) : IClassFixture<CpuImage>
{
    // An answer to a form over 64 KiB needs a place for temporary files.
    private const int Padding = 200_000;

    [Fact(Explicit = true)]
    public async Task ThePublishedServiceStartsAsItsContainerDoes()
    {
        var models = image.Folder("models");
        var environment = image.Environment(models);
        environment["TMPDIR"] = image.Folder("tmp");
        var output = await image.OutputAsync();
        await ServesAsync(command => Running.Start(command, output, environment), environment);
    }

    [Fact(Explicit = true)]
    public async Task TheImageNeedsNoShellNoOtherLibraryNoRootAndNoPlaceToWriteButTmp()
    {
        if (Isolation.WhyNot() is { } reason)
            Assert.Skip(reason);
        var (root, workdir) = (image.Folder("root"), image.Dockerfile.All("WORKDIR").Last().Text);
        Isolation.Prepare(root, await image.OutputAsync(), workdir, image.Dockerfile.All("WORKDIR").Select(w => w.Text));
        var environment = image.Environment("/models");
        var user = image.Dockerfile.One("USER").Text;
        await ServesAsync(
            command => Running.Start(Isolation.Command(root, workdir, user, command, environment), root, new Dictionary<string, string>()),
            environment
        );
    }

    [Theory(Explicit = true)]
    [InlineData("", "Explain.Service.dll")]
    [InlineData("cli", "explain.dll")]
    public async Task TheProgramsAreCompiledAheadAndForOnePlatformAlone(string folder, string program)
    {
        var place = Path.Combine(await image.OutputAsync(), folder);
        using var compiled = new PEReader(File.OpenRead(Path.Combine(place, program)));
        Assert.True(compiled.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
        Assert.Equal(["libonnxruntime.so"], Directory.GetFiles(place, "*onnxruntime.*").Select(Path.GetFileName));
        Assert.False(Directory.Exists(Path.Combine(place, "runtimes")));
    }

    [Theory(Explicit = true)]
    [InlineData("sbom.cdx.json", "Microsoft.ML.OnnxRuntime", "Npgsql")]
    [InlineData("cli/sbom.cdx.json", "Microsoft.ML.OnnxRuntime", "Parquet.Net")]
    public async Task TheImageHasABillOfItsMaterials(string file, params string[] some)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(await image.OutputAsync(), file), TestContext.Current.CancellationToken);
        using var bill = JsonDocument.Parse(text);
        Assert.Equal("CycloneDX", bill.RootElement.GetProperty("bomFormat").GetString());
        var parts = bill.RootElement.GetProperty("components").EnumerateArray().ToArray();
        Assert.All(parts, part => Assert.NotEmpty(part.GetProperty("hashes").EnumerateArray()));
        Assert.Superset(some.ToHashSet(), parts.Select(part => part.GetProperty("name").GetString()!).ToHashSet());
    }

    private async Task ServesAsync(Func<string[], Running> start, Dictionary<string, string> environment)
    {
        var port = int.Parse(environment["ASPNETCORE_HTTP_PORTS"]);
        using var service = start(image.Dockerfile.One("ENTRYPOINT").Exec);
        using var client = await service.ReadyAsync(port);
        var sample = await client.GetByteArrayAsync("/api/v1/samples/drop-and-arrow.png", TestContext.Current.CancellationToken);
        using var form = new MultipartFormDataContent { { new ByteArrayContent([.. sample, .. new byte[Padding]]), "image", "a.png" } };
        using var answer = await client.PostAsync("/api/v1/models/demo/explain?target=drop", form, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);

        using var check = start(image.Dockerfile.One("HEALTHCHECK").Exec);
        Assert.True(await check.ExitCodeAsync() == 0, check.Printed);
        using var methods = start(["dotnet", "cli/explain.dll", "methods"]);
        Assert.True(await methods.ExitCodeAsync() == 0, methods.Printed);
        Assert.Contains("gradcam", methods.Printed, StringComparison.Ordinal);
        using var smoke = Process.Start(
            new ProcessStartInfo(Repository.PathOf("deploy", "smoke.sh"), [client.BaseAddress!.ToString().TrimEnd('/')])
            {
                RedirectStandardError = true,
            }
        )!;
        var wrong = await smoke.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await smoke.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(smoke.ExitCode == 0, wrong);
    }
}
