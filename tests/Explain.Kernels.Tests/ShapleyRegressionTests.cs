using System.Numerics;
using Explain.Kernels.LinearAlgebra;
using Explain.Kernels.Sampling;

namespace Explain.Kernels.Tests;

public class ShapleyRegressionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void AllCoalitionsGiveTheExactShapleyValues(int features)
    {
        var game = Game(features);
        var expected = ByMarginalContributions(game, features);
        var actual = Solve(game, features, [.. Enumerable.Range(1, game.Length - 2)], size => KernelWeight(size, features));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Fact]
    public void AnAdditiveGameIsSolvedByAnyCoalitionsThatDetermineIt()
    {
        double[] shares = [0.5, -1, 2, 0.25, 0];
        var game = Enumerable.Range(0, 32).Select(set => 3 + shares.Where((_, i) => (set >> i & 1) == 1).Sum()).ToArray();
        var actual = Solve(game, 5, [0b00001, 0b00110, 0b01010, 0b10110, 0b01111], _ => 1);
        Assert.All(shares.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void DrawnCoalitionsComeNearTheShapleyValuesAndKeepTheSum()
    {
        var (game, random, coalition) = (Game(8), new RandomStream(4), new float[8]);
        var sets = new List<int>();
        for (var i = 0; i < 20000; i++)
        {
            ShapleyRegression.Draw(random, coalition);
            var set = Enumerable.Range(0, 8).Sum(feature => (int)coalition[feature] << feature);
            sets.AddRange([set, 255 - set]);
        }
        var (expected, actual) = (ByMarginalContributions(game, 8), Solve(game, 8, [.. sets], _ => 1));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.02 * expected.Max(Math.Abs)));
        Assert.Equal(game[255] - game[0], actual.Sum(), 1e-12);
    }

    [Fact]
    public void DrawnCoalitionsHaveTheirKernelWeightAsProbability()
    {
        var (random, coalition, counts) = (new RandomStream(6), new float[5], new int[32]);
        const int draws = 100000;
        for (var i = 0; i < draws; i++)
        {
            ShapleyRegression.Draw(random, coalition);
            Assert.All(coalition, value => Assert.True(value is 0 or 1));
            counts[Enumerable.Range(0, 5).Sum(feature => (int)coalition[feature] << feature)]++;
        }
        double Weight(int set) => set is 0 or 31 ? 0 : KernelWeight(BitOperations.PopCount((uint)set), 5);
        var total = Enumerable.Range(0, 32).Sum(Weight);
        for (var set = 0; set < 32; set++)
        {
            var expected = draws * Weight(set) / total;
            Assert.Equal(expected, counts[set], 5 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void TwoFeaturesAreDrawnOneByOne()
    {
        var coalition = new float[2];
        for (var i = 0; i < 50; i++)
        {
            ShapleyRegression.Draw(new RandomStream(1, (ulong)i), coalition);
            Assert.Equal(1f, coalition.Sum());
        }
    }

    [Fact]
    public void CoalitionsThatDoNotDetermineTheAttributionsAreRefused()
    {
        var game = Game(3);
        Assert.Throws<ArgumentException>(() => Solve(game, 3, [1], _ => 1));
        Assert.Throws<ArgumentException>(() => Solve(game, 3, [], _ => 1));
        Assert.Throws<ArgumentException>(() => Solve(game, 3, [1, 6, 1], _ => 1));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ShapleyRegression.Solve([], [], [], 0, 1, []));
        Assert.Throws<ArgumentException>(() => ShapleyRegression.Solve(new float[5], new double[2], new double[2], 0, 1, new double[3]));
        Assert.Throws<ArgumentException>(() => ShapleyRegression.Solve(new float[6], new double[2], new double[3], 0, 1, new double[3]));
        Assert.Throws<ArgumentException>(() => ShapleyRegression.Solve([1, 0, 0, 1], [1, 1], [1, double.NaN], 0, 1, new double[2]));
        Assert.Throws<ArgumentException>(() => ShapleyRegression.Draw(new RandomStream(1), new float[1]));
    }

    /// <summary>A value for each set of features, by its bits, with interactions.</summary>
    private static double[] Game(int features) =>
        [.. Samples.Scattered(1 << features).Select((v, set) => v + 0.3 * BitOperations.PopCount((uint)set))];

    /// <summary>Shapley's formula: the mean over sizes and sets of what a feature adds.</summary>
    private static double[] ByMarginalContributions(double[] game, int features)
    {
        double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);
        var values = new double[features];
        for (var feature = 0; feature < features; feature++)
        {
            for (var set = 0; set < game.Length; set++)
            {
                if ((set >> feature & 1) == 1)
                    continue;
                var size = BitOperations.PopCount((uint)set);
                values[feature] +=
                    Factorial(size) * Factorial(features - size - 1) / Factorial(features) * (game[set | 1 << feature] - game[set]);
            }
        }

        return values;
    }

    /// <summary>The Shapley kernel (theorem 2): <c>(M - 1) / (binomial(M, k) k (M - k))</c> for k of M features.</summary>
    private static double KernelWeight(int shown, int features)
    {
        var binomial = Enumerable.Range(1, shown).Aggregate(1.0, (b, i) => b * (features + 1 - i) / i);
        return (features - 1) / (binomial * shown * (features - shown));
    }

    private static double[] Solve(double[] game, int features, int[] sets, Func<int, double> weightOfSize)
    {
        float[] coalitions = [.. sets.SelectMany(set => Enumerable.Range(0, features).Select(i => (float)(set >> i & 1)))];
        double[] values = [.. sets.Select(set => game[set])],
            weights = [.. sets.Select(set => weightOfSize(BitOperations.PopCount((uint)set)))];
        var attributions = new double[features];
        ShapleyRegression.Solve(coalitions, values, weights, game[0], game[^1], attributions);
        return attributions;
    }
}
