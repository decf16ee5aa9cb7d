using System.Text.Json;
using Explain.Testing;

namespace Explain.Cli.Tests;

/// <summary>NumPy files of the model's own input in the place of images.</summary>
public sealed class TensorTests : IDisposable
{
    private readonly Workplace _place = new();

    [Fact]
    public async Task MapsOfTheGoldenNetAreTheReferences()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var (model, input) = (GoldenModel(), Npy("golden.npy", [1, 2, 2, 3], Golden.Net.Feeds["x"].Floats));
        foreach (var asked in Golden.Cases)
        {
            var (raw, heatmap) = Golden.Expected(asked.Key);
            string[] options =
            [
                .. asked.Parameters.Select(p => $"--{p.Key}={p.Value}"),
                .. raw is not null && raw.Min() < 0 ? ["--sign=both"] : Array.Empty<string>(),
            ];
            var run = await Cli.RunAsync(["image", input, "--model", model, "--target", $"{asked.Target}", "--format", "json", .. options]);
            Assert.True(run.Code == 0, $"{asked.Key}: {string.Join(' ', run.Error)}");
            var outputs = JsonDocument.Parse(string.Concat(run.Out)).RootElement.GetProperty("outputs");
            float[] Output(string name) =>
                [
                    .. outputs
                        .EnumerateArray()
                        .Single(o => o.GetProperty("name").GetString() == name)
                        .GetProperty("data")
                        .EnumerateArray()
                        .Select(v => v.GetSingle()),
                ];
            if (raw is not null)
                Assert.InRange(Golden.Distance(raw, Output("map")), 0, Golden.Decimals);
            if (raw is null)
                Assert.InRange(Golden.Distance(heatmap!, Output("heatmap")), 0, Golden.HeatmapDecimals);
        }
    }

    [Fact]
    public async Task MapsOfANetworkAreTheReferences()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.First(c => Path.GetFileName(c.Folder) == "resnet_basic");
        var (shape, values) = c.Array("input.npy");
        var length = values.Length / (int)shape[0];
        var input = Npy("item.npy", [1, .. shape.Skip(1).Select(e => (int)e)], values[..length]);
        foreach (var (reference, asked) in OracleMaps.All.Where(m => c.Has($"{m.Key}.raw.npy")))
        {
            var output = _place.Path($"{reference}.npy");
            var run = await Cli.RunAsync([
                "image",
                input,
                "--model",
                c.ModelFile,
                "--target",
                $"{c.Classes[0]}",
                "--layer",
                c.TargetValue,
                "--out",
                output,
                .. asked.Select(p => $"--{p.Key}={p.Value}"),
            ]);
            Assert.True(run.Code == 0, $"{reference}: {string.Join(' ', run.Error)}");
            var expected = c.Array($"{reference}.raw.npy").Values;
            Assert.InRange(
                OracleMaps.Distance(expected[..(expected.Length / (int)shape[0])], Explain.Testing.Npy.Read(output).Values),
                0,
                1e-3
            );
        }
    }

    [Fact]
    public async Task TheMapIsWrittenAsANumPyArray()
    {
        var output = _place.Path("map.npy");
        var run = await Cli.RunAsync(
            "image",
            Npy("x.npy", [1, 2, 2, 3], Golden.Net.Feeds["x"].Floats),
            "--model",
            GoldenModel(),
            "--out",
            output
        );
        Assert.Equal(0, run.Code);
        var (shape, values) = Explain.Testing.Npy.Read(output);
        Assert.Equal([1, 2, 3], shape);
        Assert.Contains(values, v => v > 0);
    }

    [Theory]
    [InlineData("image", "png", "say --format json or --format npy", 2)]
    [InlineData("compare", "json", "compare takes images", 2)]
    [InlineData("image", "json", "has shape [1, 2, 3, 3], the model takes [", 1)]
    public async Task WhatCannotBeDoneWithATensorIsSaid(string verb, string format, string message, int code)
    {
        var run = await Cli.RunAsync(verb, Npy("x.npy", [1, 2, 3, 3], new float[18]), "--model", GoldenModel(), "--format", format);
        Assert.Contains(message, string.Join('\n', run.Error));
        Assert.Equal(code, run.Code);
    }

    [Fact]
    public async Task AFileThatIsNoArrayIsNamed()
    {
        var run = await Cli.RunAsync("image", _place.Write([1, 2, 3], "x.npy"), "--model", GoldenModel(), "--format", "json");
        Assert.Equal(1, run.Code);
        Assert.Contains("x.npy: is no NumPy array file", Assert.Single(run.Error));
    }

    public void Dispose() => _place.Dispose();

    private string GoldenModel()
    {
        _place.Write(System.Text.Encoding.UTF8.GetBytes(Golden.Manifest), "golden", "model.json");
        return Path.GetDirectoryName(_place.Write(Golden.Net.ToBytes(), "golden", "model.onnx"))!;
    }

    private string Npy(string name, int[] shape, float[] values) => _place.Write(Explain.Testing.Npy.Bytes(shape, values), name);
}
