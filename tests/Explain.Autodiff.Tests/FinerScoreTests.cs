using Explain.Autodiff.Backpropagation;

namespace Explain.Autodiff.Tests;

/// <summary>The score of Finer-CAM and its gradient.</summary>
public class FinerScoreTests
{
    public static TheoryData<double, double> Temperatures => [(1, 1), (4, 1), (12, 1), (4, 0.6), (0.1, 0)];

    [Theory, MemberData(nameof(Temperatures))]
    public void TheGradientIsTheSlopeOfTheScore(double spread, double alpha)
    {
        foreach (var seed in Enumerable.Range(1, 20))
        {
            // Classes whose scores lie far apart, too: where the references have next to no probability, the constant in the denominator
            // counts.
            var scores = Array.ConvertAll(Tensor.Normal([7], seed).Values, v => (float)(v * spread));
            var target = seed % 7;
            var references = FinerScore.Nearest(scores, target, 3);
            var gradient = FinerScore.Gradient(scores, target, references, alpha);
            for (var j = 0; j < scores.Length; j++)
            {
                var (after, before) = ((float[])scores.Clone(), (float[])scores.Clone());
                (after[j], before[j]) = (scores[j] + 0.01f, scores[j] - 0.01f);
                var slope =
                    (Score(after, target, references, alpha) - Score(before, target, references, alpha)) / ((double)after[j] - before[j]);
                Assert.Equal(slope, gradient[j], 2e-4 * (1 + Math.Abs(slope)));
            }
        }
    }

    [Fact]
    public void TheNearestClassesComeFirstAndNotTheTargetItself() => Assert.Equal([4, 0, 1], FinerScore.Nearest([2, 0, 9, 1, 1.5f], 3, 3));

    [Fact]
    public void OfEquallyNearClassesTheLowerIndexComesFirst() => Assert.Equal([0, 2, 3], FinerScore.Nearest([1, 5, 1, 3, 2], 4, 3));

    [Fact]
    public void OfTwoClassesOneIsLeftToCompareWith()
    {
        var references = FinerScore.Nearest([3, 1], 0, 3);
        Assert.Equal([1], references);
        // With one reference its probability cancels but for the constant.
        Assert.Equal(2, Score([3, 1], 0, references, 1), 1e-7);
        Assert.Equal([1f, -1f], FinerScore.Gradient([3, 1], 0, references, 1), (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Fact]
    public void TheScoreOfTheSmallNetIsTheLibrarys()
    {
        float[] scores = [1.5f, -0.190625f, -0.53375f];
        GoldenNet.Compare("pgc/Finer target value(0 vs [1,2],alpha1)", [Score(scores, 0, FinerScore.Nearest(scores, 0, 2), 1)]);
    }

    [Fact]
    public void ScoresOfAnySizeGiveFiniteNumbers()
    {
        float[] scores = [3e38f, -3e38f, 0, 88];
        Assert.All(FinerScore.Gradient(scores, 1, [0, 2, 3], 1), g => Assert.True(float.IsFinite(g)));
    }

    private static double Score(float[] scores, int target, int[] references, double alpha)
    {
        var largest = scores.Max();
        var weights = Array.ConvertAll(scores, z => Math.Exp((double)z - largest));
        var p = Array.ConvertAll(weights, w => w / weights.Sum());
        return references.Sum(k => p[k] * (scores[target] - alpha * scores[k])) / (references.Sum(k => p[k]) + 1e-9);
    }
}
