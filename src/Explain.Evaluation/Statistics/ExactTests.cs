using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Explain.Evaluation.Statistics;

/// <summary>Tests of counts whose probabilities are exact.</summary>
public static class ExactTests
{
    /// <summary>
    /// Fisher's test, one-sided: the probability that as many hits or more fall among the first of two groups by chance alone, 0..1.
    /// </summary>
    /// <param name="hits">Hits in the first group.</param>
    /// <param name="count">Size of the first group.</param>
    /// <param name="otherHits">Hits in the second group.</param>
    /// <param name="otherCount">Size of the second group.</param>
    public static double Fisher(int hits, int count, int otherHits, int otherCount)
    {
        var (all, most) = (hits + otherHits, Math.Min(hits + otherHits, count));
        var draws = SpecialFunctions.BinomialLn(count + otherCount, all);
        var sum = 0.0;
        for (var k = hits; k <= most; k++)
        {
            if (all - k <= otherCount)
                sum += Math.Exp(SpecialFunctions.BinomialLn(count, k) + SpecialFunctions.BinomialLn(otherCount, all - k) - draws);
        }
        return Math.Min(sum, 1);
    }

    /// <summary>
    /// The sign test, two-sided: the probability that chance alone parts pairs as unevenly or more, 0..1; 1 where no pair differs.
    /// </summary>
    /// <param name="first">Pairs in which the first one wins.</param>
    /// <param name="second">Pairs in which the second one wins; ties are left out.</param>
    public static double Sign(int first, int second) =>
        first + second == 0 ? 1 : Math.Min(2 * Binomial.CDF(0.5, first + second, Math.Min(first, second)), 1);
}
