using System.ComponentModel;
using System.Text.Json;
using Explain.Autodiff.Graphs;
using Explain.Testing;

namespace Explain.Cli.Tests.Export;

/// <summary>Exported files in ONNX Runtime for JavaScript: <c>tests/node</c>, whose packages <c>npm ci</c> installs.</summary>
public sealed class NodeTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private readonly Workplace _place = new();

    [Theory, InlineData("node"), InlineData("web")]
    public async Task TheMapOfTheDemoModelIsTheCommands(string flavour)
    {
        var folder = Path.Combine(Checkout.Root, "tests", "node");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules", $"onnxruntime-{flavour}")),
            "needs npm packages: run 'npm ci' in tests/node"
        );
        var model = Path.Combine(Checkout.Root, "src", "Explain.Demo", "Assets");
        var written = _place.Path("explained.onnx");
        Assert.Equal(0, (await Cli.RunAsync("export", model, "-o", written, "--target-input")).Code);

        var shape = Graph.Parse(File.ReadAllBytes(written)).Type("image")!.FixedFrom(1)!.Prepend(1).ToArray();
        var input = Tensor.Normal(shape, 1);
        var (image, map) = (_place.Write(Npy.Bytes(shape.Select(e => (int)e), input.Floats), "x.npy"), _place.Path("map.npy"));
        Assert.Equal(0, (await Cli.RunAsync("image", image, "--model", model, "--target", "2", "--out", map)).Code);
        var feeds = _place.Write(
            JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object>
                {
                    ["image"] = new
                    {
                        type = "float32",
                        dims = shape,
                        data = input.Floats,
                    },
                    ["explanation_target"] = new
                    {
                        type = "int64",
                        dims = shape[..1],
                        data = Enumerable.Repeat(2, 1),
                    },
                }
            ),
            "feeds.json"
        );

        var outputs = JsonDocument.Parse(await NodeAsync(folder, "run.mjs", flavour, written, feeds)).RootElement;
        float[] found = [.. outputs.GetProperty("explanation").GetProperty("data").EnumerateArray().Select(v => v.GetSingle())];
        var error = OracleMaps.Distance(Npy.Read(map).Values, found);
        TestContext.Current.TestOutputHelper?.WriteLine($"{flavour}: relative L2 {error:E1}");
        Assert.InRange(error, 0, Tolerance);
    }

    public void Dispose() => _place.Dispose();

    private static async Task<string> NodeAsync(string folder, params string[] arguments)
    {
        try
        {
            var (code, output, error) = await NodeProcess.RunAsync(folder, arguments, TestContext.Current.CancellationToken);
            Assert.True(code == 0, error);
            return output;
        }
        catch (Win32Exception e)
        {
            Assert.Skip($"needs Node.js: {e.Message}");
            throw;
        }
    }
}
