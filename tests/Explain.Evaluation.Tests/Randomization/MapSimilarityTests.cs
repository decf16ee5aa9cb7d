using Explain.Evaluation.Randomization;

namespace Explain.Evaluation.Tests.Randomization;

/// <summary>Similarity of maps, worked out by hand and against a plain reading of the definitions.</summary>
public sealed class MapSimilarityTests
{
    [Fact]
    public void RanksAreComparedAndNotValues() => Assert.Equal(1, MapSimilarity.RankCorrelation([1, 2, 3, 4], [10, 200, 201, 9000]), 12);

    [Fact]
    public void TheOtherWayRoundIsMinusOne() => Assert.Equal(-1, MapSimilarity.RankCorrelation([1, 2, 3], [3, 2, 1]), 12);

    [Fact]
    public void EqualValuesShareTheirRanks() =>
        // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3.
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), MapSimilarity.RankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]), 12);

    [Fact]
    public void AConstantMapHasNoCorrelation() => Assert.Equal(double.NaN, MapSimilarity.RankCorrelation([1, 1, 1], [1, 2, 3]));

    [Fact]
    public void MagnitudesForgetTheSign() => Assert.Equal(1, MapSimilarity.RankCorrelationOfMagnitudes([1, -2, 3], [-1, 2, -3]), 12);

    [Fact]
    public void OverlapIsThatOfWhatReachesHalfOfEachMaximum()
    {
        // The first, second and fourth against the second and third.
        Assert.Equal(1 / 4.0, MapSimilarity.Overlap([4, 2, 1, 3], [9, 40, 20, 19]), 12);
        Assert.Equal(double.NaN, MapSimilarity.Overlap([0, 0], [1, 2]));
    }

    [Fact]
    public void AMapIsLikeItself()
    {
        var map = Map(1);
        Assert.Equal(1, MapSimilarity.Structure(map, map, 12, 16), 6);
    }

    [Theory]
    [InlineData(0f, 1f, 0.01 * 0.01 / (1 + 0.01 * 0.01))]
    [InlineData(0.5f, 1f, (2 * 0.5 + 0.0001) / (0.25 + 1 + 0.0001))]
    public void ConstantMapsDifferByTheirMeans(float a, float b, double expected) =>
        Assert.Equal(expected, MapSimilarity.Structure(Filled(a), Filled(b), 12, 16), 6);

    [Fact]
    public void StructureIsWhatTheDefinitionGives()
    {
        var (a, b) = (Map(1), Map(2));
        double[] window = [.. Enumerable.Range(-5, 11).Select(d => Math.Exp(-d * d / (2 * 1.5 * 1.5)))];
        var expected = Enumerable
            .Range(0, 12 * 16)
            .Average(i =>
            {
                var (weight, sa, sb, saa, sbb, sab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
                for (var dy = -5; dy <= 5; dy++)
                {
                    for (var dx = -5; dx <= 5; dx++)
                    {
                        var at = Math.Clamp(i / 16 + dy, 0, 11) * 16 + Math.Clamp(i % 16 + dx, 0, 15);
                        var w = window[dy + 5] * window[dx + 5];
                        (weight, sa, sb) = (weight + w, sa + w * a[at], sb + w * b[at]);
                        (saa, sbb, sab) = (saa + w * a[at] * a[at], sbb + w * b[at] * b[at], sab + w * a[at] * b[at]);
                    }
                }
                var (ma, mb) = (sa / weight, sb / weight);
                var (va, vb, c) = (saa / weight - ma * ma, sbb / weight - mb * mb, sab / weight - ma * mb);
                return (2 * ma * mb + 0.0001) * (2 * c + 0.0009) / ((ma * ma + mb * mb + 0.0001) * (va + vb + 0.0009));
            });
        Assert.Equal(expected, MapSimilarity.Structure(a, b, 12, 16), 1e-5);
    }

    private static float[] Map(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 12 * 16).Select(_ => random.NextSingle())];
    }

    private static float[] Filled(float value) => [.. Enumerable.Repeat(value, 12 * 16)];
}
