using Explain.Kernels.LinearAlgebra;

namespace Explain.Kernels.Tests;

public class DirectSearchTests
{
    // Table 1 of Jones, Perttunen and Stuckman: evaluations until the value is within 0.01 % of the optimum.
    // csharpier-ignore
    public static TheoryData<string, Func<double[], double>, double[], double[], double, int> PublishedRuns => new()
    {
        { "Branin", Branin, [-5, 0], [10, 15], 0.397887357729739, 195 },
        { "Goldstein-Price", GoldsteinPrice, [-2, -2], [2, 2], 3, 191 },
        { "six-hump camel", Camel, [-3, -2], [3, 2], -1.031628453489877, 285 },
        { "Hartman 3", Hartman, [0, 0, 0], [1, 1, 1], -3.86278214782076, 199 },
    };

    [Theory]
    [MemberData(nameof(PublishedRuns))]
    public void TheOptimumIsFoundWithinThePublishedEvaluations(
        string name,
        Func<double[], double> function,
        double[] lower,
        double[] upper,
        double optimum,
        int evaluations
    )
    {
        var search = new DirectSearch(lower, upper, evaluations);
        var points = Run(search, function);
        Assert.True((-search.BestValue - optimum) / Math.Abs(optimum) <= 1e-4, $"{name}: {-search.BestValue} after {evaluations}.");
        Assert.Equal(-search.BestValue, points.Min(function));
    }

    [Fact]
    public void TheFirstRoundsAreTheCentreAndThePointsAThirdAway()
    {
        var search = new DirectSearch([0, -3], [6, 3], 30);
        Assert.Equal([3, 0], search.Candidates.ToArray());
        search.Tell([0]);
        AssertClose([1, 0, 5, 0, 3, -2, 3, 2], search.Candidates);

        // The second axis has the best sample: it is cut first, so its samples keep whole rows, and the largest of them the better is cut.
        search.Tell([1, 2, 0, 3]);
        AssertClose([1, 2, 5, 2], search.Candidates[..4]);
        Assert.Equal(3, search.BestValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(333)]
    public void TheBudgetIsMetExactlyAndNoPointIsAskedTwice(int evaluations)
    {
        var search = new DirectSearch([-5, 0], [10, 15], evaluations, epsilon: 0.1);
        var points = Run(search, Branin);
        Assert.Equal(evaluations, points.Count);
        Assert.Equal(evaluations, points.Select(p => (Math.Round(p[0], 9), Math.Round(p[1], 9))).Distinct().Count());
        Assert.All(points, p => Assert.True(p[0] is > -5 and < 10 && p[1] is > 0 and < 15));
        Assert.True(search.IsFinished && search.Candidates.IsEmpty);
        Assert.Equal(points.Min(Branin), -search.BestValue);
    }

    [Fact]
    public void TheSameValuesGiveTheSamePoints()
    {
        var (first, second) = (
            Run(new DirectSearch([0, 0, 0], [1, 1, 1], 200), Hartman),
            Run(new DirectSearch([0, 0, 0], [1, 1, 1], 200), Hartman)
        );
        Assert.Equal(first.SelectMany(p => p), second.SelectMany(p => p));
    }

    [Fact]
    public void ALargerBudgetContinuesASmallerOne()
    {
        var (few, many) = (Run(new DirectSearch([-5, 0], [10, 15], 60), Branin), Run(new DirectSearch([-5, 0], [10, 15], 90), Branin));
        Assert.Equal(few.SelectMany(p => p), many.Take(60).SelectMany(p => p));
    }

    [Fact]
    public void AConstantFunctionIsSearchedEvenly()
    {
        // 81 points of a function without features are the centres of a 9x9 grid.
        var points = Run(new DirectSearch([0, 0], [9, 9], 81), _ => 1);
        Assert.Equal(81, points.Select(p => ((int)p[0], (int)p[1])).Distinct().Count());
    }

    [Fact]
    public void ALargeEpsilonKeepsTheSearchFromDwellingOnTheBest()
    {
        static double Peak(double[] x) => -1 - Math.Exp(-10 * (Math.Pow(x[0] - 0.31, 2) + Math.Pow(x[1] - 0.62, 2)));
        static int Near(double epsilon) => Run(new DirectSearch([0, 0], [1, 1], 200, epsilon), Peak).Count(p => Peak(p) < -1.99);
        Assert.True(Near(0.1) < Near(1e-4), $"{Near(0.1)} and {Near(1e-4)} points near the peak.");
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new DirectSearch([], [], 10));
        Assert.Throws<ArgumentException>(() => new DirectSearch([0], [1, 1], 10));
        Assert.Throws<ArgumentException>(() => new DirectSearch([0, 1], [1, 1], 10));
        Assert.Throws<ArgumentException>(() => new DirectSearch([0, double.NaN], [1, 1], 10));
        Assert.Throws<ArgumentException>(() => new DirectSearch([0], [double.PositiveInfinity], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirectSearch([0], [1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirectSearch([0], [1], 1, -1));
        var search = new DirectSearch([0], [1], 5);
        Assert.Throws<ArgumentException>(() => search.Tell([1, 2]));
        Assert.Throws<ArgumentException>(() => search.Tell([double.NaN]));
        Assert.Equal(1, search.Candidates.Length);
    }

    /// <summary>Searches the least value, as the published test functions ask.</summary>
    private static List<double[]> Run(DirectSearch search, Func<double[], double> function)
    {
        var points = new List<double[]>();
        while (!search.IsFinished)
        {
            var batch = search.Candidates.ToArray().Chunk(search.Dimensions).ToArray();
            points.AddRange(batch);
            search.Tell([.. batch.Select(point => -function(point))]);
        }
        return points;
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<double> actual) =>
        Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));

    private static double Branin(double[] x) =>
        Math.Pow(x[1] - 5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0] + 5 / Math.PI * x[0] - 6, 2)
        + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x[0])
        + 10;

    private static double GoldsteinPrice(double[] v)
    {
        var (x, y) = (v[0], v[1]);
        return (1 + Math.Pow(x + y + 1, 2) * (19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y))
            * (30 + Math.Pow(2 * x - 3 * y, 2) * (18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y));
    }

    private static double Camel(double[] v)
    {
        var (x, y) = (v[0] * v[0], v[1] * v[1]);
        return (4 - 2.1 * x + x * x / 3) * x + v[0] * v[1] + (-4 + 4 * y) * y;
    }

    private static double Hartman(double[] x)
    {
        double[] heights = [1, 1.2, 3, 3.2],
            widths = [3, 10, 30, 0.1, 10, 35, 3, 10, 30, 0.1, 10, 35];
        double[] places = [0.3689, 0.1170, 0.2673, 0.4699, 0.4387, 0.7470, 0.1091, 0.8732, 0.5547, 0.03815, 0.5743, 0.8828];
        return -heights
            .Select((h, i) => h * Math.Exp(-Enumerable.Range(0, 3).Sum(j => widths[3 * i + j] * Math.Pow(x[j] - places[3 * i + j], 2))))
            .Sum();
    }
}
