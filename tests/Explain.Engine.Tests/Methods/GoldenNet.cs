using System.Text.Json;
using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>The net of the reference file <c>golden.json</c>, whose numbers have six decimals, with the two channels it was computed with.</summary>
internal static class GoldenNet
{
    /// <summary>Half a unit of the sixth decimal on both sides, and the rounding of a float.</summary>
    public const double Decimals = 2e-6;

    /// <summary>Input "x", identity convolution "feat", convolution "mid", ReLU "act", averages "pool", class scores "scores".</summary>
    public static TinyGraph Graph { get; } = new TinyGraph()
        .Input("x", Tensor.Of([1, 2, 2, 3], 1, .5, 0, 2, 0, 1.5, 0, 1, .25, .75, 3, 0))
        .Weight("identity", Tensor.Of([2, 2, 1, 1], 1, 0, 0, 1))
        .Weight("mid.w", Tensor.Of([3, 2, 2, 2],
            .5, -1, .25, .5, 1, 0, -.5, .75,
            -.3, .6, .9, -.2, .4, -.7, .1, .8,
            .2, .1, -.4, .3, -.6, .5, .7, -.1))
        .Weight("mid.b", Tensor.Of([3], .1, -2, .05))
        .Weight("w", Tensor.Of([3, 3], 1, -.5, .25, -.75, .6, .4, .3, .2, -.9))
        .Weight("b", Tensor.Of([3], .05, 0, -.05))
        .Node("Conv", "x identity", "feat").Node("Conv", "feat mid.w mid.b", "mid").Node("Relu", "mid", "act")
        .Node("GlobalAveragePool", "act", "pool").Node("Flatten", "pool", "f").Node("Gemm", "f w b", "scores", Autodiff.Attributes.Of("transB", 1)).Output("scores");

    /// <summary>The net, loaded; with three columns its layout would be taken for channels last.</summary>
    public static Model Load() => Graph.Load("""{ "input": { "layout": "NCHW" }, "layer": "feat" }""");

    /// <summary>The numbers of an entry of the file; the test is skipped where the file is missing.</summary>
    public static float[] Reference(string key)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        return [.. Flat(golden.RootElement.GetProperty(key))];
    }

    private static IEnumerable<float> Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetSingle()];
}
