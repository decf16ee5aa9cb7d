using System.Text.Json;
using static Explain.Autodiff.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>The small net whose numbers the reference libraries computed, <c>shared/reference/golden.json</c>.</summary>
internal static class GoldenNet
{
    /// <summary>Half a unit of the sixth decimal on both sides, and the rounding of a float.</summary>
    public const double Decimals = 2e-6;

    /// <summary>Input "x", identity convolution "feat", convolution "mid", ReLU "act", averages "pool", class scores "scores".</summary>
    public static TinyGraph Graph => new TinyGraph()
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
        .Node("GlobalAveragePool", "act", "pool").Node("Flatten", "pool", "f").Node("Gemm", "f w b", "scores", Of("transB", 1)).Output("scores");

    /// <summary>What the graph of a query gives for a class.</summary>
    public static Dictionary<string, Tensor> Run(GradientQuery query, int target = 0) => Runtime.Run(ExplainGraph.Build(Graph.Prepare(), query), new Dictionary<string, Tensor>(Graph.Feeds)
    {
        [ExplainGraph.Classes] = Tensor.Of([1, 1], target),
        [ExplainGraph.Weights] = Tensor.Of([1, 1], 1),
    });

    /// <summary>Compares values with an entry of the file; the test is skipped where the file is missing.</summary>
    /// <param name="key">Name of the entry.</param>
    /// <param name="values">The values.</param>
    /// <param name="field">Which of its lists; null where it is one.</param>
    public static void Compare(string key, IReadOnlyList<double> values, string? field = null)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        var entry = golden.RootElement.GetProperty(key);
        double[] expected = [.. Flat(field is null ? entry : entry.GetProperty(field))];
        Assert.Equal(expected.Length, values.Count);
        var error = expected.Zip(values, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"{key}: {error:E1}");
        Assert.InRange(error, 0, Decimals);
    }

    private static IEnumerable<double> Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetDouble()];
}
