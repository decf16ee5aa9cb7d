using Explain.Autodiff.Graphs;
using Explain.Evaluation.Randomization;
using Explain.Testing;

namespace Explain.Evaluation.Tests.Randomization;

/// <summary>Weights that are drawn anew, on graphs.</summary>
public sealed class WeightLayersTests
{
    private static readonly byte[] Net = new TinyGraph()
        .Input("x", 1, 3, 8, 8)
        .Weight("w0", 4, 3, 3, 3)
        .Weight("b0", 4)
        .Node("Conv", "x w0 b0", "c0")
        .Node("Relu", "c0", "r")
        .Weight("w1", 4, 4, 3, 3)
        .Node("Conv", "r w1", "c1")
        .Node("GlobalAveragePool", "c1", "p")
        .Node("Flatten", "p", "f")
        .Weight("w2", 4, 5)
        .Weight("b2", 5)
        .Node("Gemm", "f w2 b2", "scores")
        .Output("scores")
        .ToBytes();

    [Fact]
    public void TheHeadComesFirst() => Assert.Equal(["scores", "c1", "c0"], new WeightLayers(Net).Names);

    [Fact]
    public void WeightsAndBiasesOfTheLayersAreOthersAndTheRestStays()
    {
        var (before, after) = (Weights(Net), Weights(new WeightLayers(Net).Randomised([0, 2], 1)));
        foreach (var name in (string[])["w0", "b0", "w2", "b2"])
            Assert.NotEqual(before[name], after[name]);
        Assert.Equal(before["w1"], after["w1"]);
    }

    [Fact]
    public void TheyKeepMeanAndDeviation()
    {
        var large = new TinyGraph().Input("x", 1, 64, 8, 8).Weight("w", 64, 64, 3, 3).Node("Conv", "x w", "c").Output("c").ToBytes();
        var (before, after) = (Weights(large)["w"], Weights(new WeightLayers(large).Randomised([0], 3))["w"]);
        Assert.Equal(before.Average(), after.Average(), 0.02);
        Assert.Equal(Deviation(before), Deviation(after), 0.02 * Deviation(before));
    }

    [Fact]
    public void TheSameNumberGivesTheSameWeights()
    {
        var layers = new WeightLayers(Net);
        Assert.Equal(Weights(layers.Randomised([0], 5))["w2"], Weights(layers.Randomised([0, 1], 5))["w2"]);
        Assert.NotEqual(Weights(layers.Randomised([0], 5))["w2"], Weights(layers.Randomised([0], 6))["w2"]);
    }

    [Fact]
    public void AModelWithoutWeightsIsRefused()
    {
        var none = new TinyGraph().Input("x", 1, 3).Node("Relu", "x", "y").Output("y").ToBytes();
        Assert.Contains(
            "nothing to draw anew",
            Assert.Throws<FormatException>(() => new WeightLayers(none)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WhatIsNoModelIsRefused() => Assert.Throws<FormatException>(() => new WeightLayers([1, 2, 3]));

    private static Dictionary<string, double[]> Weights(byte[] model) =>
        Graph.Parse(model).Proto.Initializer.ToDictionary(t => t.Name, t => Tensors.ReadFloats(t)!);

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2)));
}
