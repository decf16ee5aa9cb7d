using System.Text.Json;
using Explain.Testing;

namespace Explain.Service.Tests;

/// <summary>What the reference libraries computed, through the Open Inference Protocol.</summary>
public sealed class ReferenceTests : IAsyncLifetime
{
    private readonly Service _service = new();

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(Folder("golden"), "model.onnx"), Golden.Net.ToBytes());
        await File.WriteAllTextAsync(Path.Combine(Folder("golden"), "model.json"), Golden.Manifest);
        foreach (var c in Networks)
            File.Copy(c.ModelFile, Path.Combine(Folder(Path.GetFileName(c.Folder)), "model.onnx"));
        await _service.InitializeAsync();
    }

    [Fact]
    public async Task MapsOfTheGoldenNetAreTheReferences()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        foreach (var asked in Golden.Cases)
        {
            var (raw, heatmap) = Golden.Expected(asked.Key);
            var parameters = new Dictionary<string, string>(asked.Parameters);
            if (raw is not null && raw.Min() < 0)
                parameters["sign"] = "both";
            var output = await ExplainAsync("golden", "x", [1, 2, 2, 3], Golden.Net.Feeds["x"].Floats, [asked.Target], parameters);
            if (raw is not null)
                Assert.InRange(Golden.Distance(raw, output("map")), 0, Golden.Decimals);
            if (raw is null)
                Assert.InRange(Golden.Distance(heatmap!, output("heatmap")), 0, Golden.HeatmapDecimals);
        }
    }

    [Fact]
    public async Task MapsOfNetworksAreTheReferences()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        foreach (var c in Networks)
        {
            foreach (var (reference, asked) in OracleMaps.All.Where(m => c.Has($"{m.Key}.raw.npy")))
            {
                var (shape, values) = c.Array("input.npy");
                var output = await ExplainAsync(
                    Path.GetFileName(c.Folder),
                    "input",
                    shape,
                    values,
                    c.Classes,
                    new Dictionary<string, string>(asked) { ["layer"] = c.TargetValue }
                );
                var distance = OracleMaps.Distance(c.Array($"{reference}.raw.npy").Values, output("map"));
                Assert.True(distance <= 1e-3, $"{c} {reference}: relative L2 {distance:E1}");
            }
        }
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    // One of each family that is small on the wire.
    private static IEnumerable<OracleCase> Networks =>
        OracleCase.All.Where(c => Path.GetFileName(c.Folder) is "resnet_basic" or "vgg_bn" or "cam_gap").DistinctBy(c => c.Folder);

    private string Folder(string model) => Directory.CreateDirectory(Path.Combine(_service.Models, model)).FullName;

    private async Task<Func<string, float[]>> ExplainAsync(
        string model,
        string input,
        long[] shape,
        float[] data,
        long[] targets,
        IReadOnlyDictionary<string, string> parameters
    )
    {
        var body = new
        {
            inputs = new object[]
            {
                new
                {
                    name = input,
                    datatype = "FP32",
                    shape,
                    data,
                },
                new
                {
                    name = "target",
                    datatype = "INT64",
                    shape = (int[])[targets.Length],
                    data = targets,
                },
            },
            parameters,
        };
        var answer = await _service.Client.PostAsync(
            $"/v2/models/{model}/explain",
            Requests.Json(JsonSerializer.Serialize(body)),
            TestContext.Current.CancellationToken
        );
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{model} {string.Join(' ', parameters.Values)}: {text}");
        var outputs = JsonDocument.Parse(text).RootElement.GetProperty("outputs");
        return name =>
            [
                .. outputs
                    .EnumerateArray()
                    .Single(o => o.GetProperty("name").GetString() == name)
                    .GetProperty("data")
                    .EnumerateArray()
                    .Select(v => v.GetSingle()),
            ];
    }
}
