using Explain.Kernels.LinearAlgebra;
using Explain.Kernels.Sampling;

namespace Explain.Kernels.Tests;

public class WeightedRidgeTests
{
    private static readonly float[] Switches = [.. Enumerable.Range(0, 40).Select(i => (float)(i * 7919 % 1009 % 2))];

    private static readonly double[] Targets = [.. Enumerable.Range(0, 10).Select(i => i * 7919 % 1009 / 1009.0)];

    private static readonly double[] Weights = [.. Enumerable.Range(0, 10).Select(i => (i % 3 + 1) / 2.0)];

    // numpy.linalg.lstsq of the problem with the penalty as further rows.
    [Theory]
    [InlineData(
        1.0,
        new[] { 0.24338573545646866, 0.02006755634798213, 0.05387167792765074, 0.1502685134391236 },
        0.32327644979946485,
        0.43182799523981286
    )]
    [InlineData(
        0.01,
        new[] { 0.3949985789327025, 0.3270053888076245, 0.35953638444846947, 0.28339817835776304 },
        -0.15517845609485337,
        0.5376450352453237
    )]
    public void TheFitEqualsNumPys(double penalty, double[] expected, double intercept, double rSquared)
    {
        var coefficients = new double[4];
        WeightedRidge.Fit(Switches, Targets, Weights, penalty, coefficients);
        AssertClose(expected, coefficients);
        Assert.Equal(intercept, Intercept(Switches, Targets, Weights, coefficients), 1e-12);
        Assert.Equal(rSquared, RSquared(Switches, Targets, Weights, coefficients), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(129)]
    public void TheGradientOfTheObjectiveIsZeroAtTheFit(int features)
    {
        var (random, count) = (new RandomStream((ulong)features), 3 * features + 2);
        var (samples, targets, weights) = (new float[count * features], new double[count], new double[count]);
        random.FillBernoulli(samples, 0.5);
        for (var i = 0; i < count; i++)
            (targets[i], weights[i]) = (random.NextGaussian(), random.NextDouble());
        var coefficients = new double[features];
        WeightedRidge.Fit(samples, targets, weights, 0.3, coefficients);

        var intercept = Intercept(samples, targets, weights, coefficients);
        var residuals = Unexplained(samples, targets, coefficients).Select((e, i) => weights[i] * (e - intercept)).ToArray();
        Assert.Equal(0, residuals.Sum(), 1e-11);
        for (var j = 0; j < features; j++)
            Assert.Equal(0.3 * coefficients[j], residuals.Select((r, i) => r * samples[i * features + j]).Sum(), 1e-11);
    }

    [Fact]
    public void ALinearModelIsFoundExactlyWithoutPenalty()
    {
        var targets = Enumerable
            .Range(0, 10)
            .Select(i => 0.5 + 2 * Switches[4 * i] - Switches[4 * i + 1] + 3 * Switches[4 * i + 3])
            .ToArray();
        var coefficients = new double[4];
        WeightedRidge.Fit(Switches, targets, Weights, 0, coefficients);
        AssertClose([2, -1, 0, 3], coefficients);
        Assert.Equal(0.5, Intercept(Switches, targets, Weights, coefficients), 1e-12);
        Assert.Equal(1, RSquared(Switches, targets, Weights, coefficients), 1e-12);
    }

    [Fact]
    public void ASampleOfWeightZeroDoesNotCount()
    {
        var (expected, actual) = (new double[4], new double[4]);
        WeightedRidge.Fit(Switches, Targets, Weights, 1, expected);
        WeightedRidge.Fit([.. Switches, 1, 1, 1, 1], [.. Targets, 1000], [.. Weights, 0], 1, actual);
        AssertClose(expected, actual);
    }

    [Fact]
    public void ConstantTargetsAreExplainedByTheIntercept()
    {
        var coefficients = new double[4];
        double[] targets = [.. Enumerable.Repeat(0.25, 10)],
            weights = [.. Enumerable.Repeat(0.5, 10)];
        WeightedRidge.Fit(Switches, targets, weights, 1, coefficients);
        Assert.Equal(0.25, Intercept(Switches, targets, weights, coefficients));
        Assert.All(coefficients, coefficient => Assert.Equal(0, coefficient));
    }

    [Fact]
    public void SamplesThatDoNotDetermineTheCoefficientsNeedAPenalty()
    {
        float[] twins = [1, 1, 0, 0, 1, 1, 0, 0];
        var coefficients = new double[2];
        Assert.Throws<ArgumentException>(() => WeightedRidge.Fit(twins, [2, 0, 2, 0], [1, 1, 1, 1], 0, coefficients));
        WeightedRidge.Fit(twins, [2, 0, 2, 0], [1, 1, 1, 1], 1e-6, coefficients);
        Assert.Equal(coefficients[0], coefficients[1], 1e-9);
        Assert.Equal(2, coefficients[0] + coefficients[1], 1e-5);
    }

    [Fact]
    public void LimeWeightsFallWithTheHiddenShare()
    {
        Assert.Equal(1, WeightedRidge.LimeWeight(9, 9, 0.25));
        Assert.Equal(Math.Exp(-0.25 / 0.0625), WeightedRidge.LimeWeight(4, 16, 0.25), 1e-15);
        Assert.Equal(Math.Exp(-16), WeightedRidge.LimeWeight(0, 16, 0.25), 1e-20);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var coefficients = new double[4];
        Assert.Throws<ArgumentException>(() => WeightedRidge.Fit(Switches, Targets.AsSpan(1), Weights.AsSpan(1), 1, coefficients));
        Assert.Throws<ArgumentException>(() => WeightedRidge.Fit(Switches, Targets, Weights.AsSpan(1), 1, coefficients));
        Assert.Throws<ArgumentException>(() => WeightedRidge.Fit(Switches, Targets, new double[10], 1, coefficients));
        Assert.Throws<ArgumentException>(() => WeightedRidge.Fit(Switches, Targets, [-1, .. Weights.AsSpan(1)], 1, coefficients));
        Assert.Throws<ArgumentException>(() => WeightedRidge.Fit([], [], [], 1, coefficients));
        foreach (var penalty in new[] { -1, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => WeightedRidge.Fit(Switches, Targets, Weights, penalty, coefficients));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedRidge.LimeWeight(5, 4, 0.25));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedRidge.LimeWeight(1, 4, 0));
    }

    private static double Intercept(float[] samples, double[] targets, double[] weights, double[] coefficients) =>
        Mean(Unexplained(samples, targets, coefficients), weights);

    /// <summary>The weighted share of the targets' variance that the fit explains.</summary>
    private static double RSquared(float[] samples, double[] targets, double[] weights, double[] coefficients) =>
        1 - Variance(Unexplained(samples, targets, coefficients), weights) / Variance(targets, weights);

    /// <summary>What the coefficients leave of the targets: the intercept, and the residuals.</summary>
    private static double[] Unexplained(float[] samples, double[] targets, double[] coefficients) =>
        [.. targets.Select((y, i) => y - coefficients.Select((c, j) => c * samples[i * coefficients.Length + j]).Sum())];

    private static double Mean(double[] values, double[] weights) => values.Zip(weights, (v, w) => v * w).Sum() / weights.Sum();

    private static double Variance(double[] values, double[] weights)
    {
        var mean = Mean(values, weights);
        return Mean([.. values.Select(v => (v - mean) * (v - mean))], weights);
    }

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
}
