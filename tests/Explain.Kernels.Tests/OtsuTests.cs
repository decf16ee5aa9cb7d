using CsCheck;
using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

public class OtsuTests
{
    // Bins 0, 64, 128 and 255. The variances between classes, times 36: behind bin 0 3·3·(0 - (64 + 128 + 255) / 3)² = 199,809; behind
    // bin 64 4·2·(16 - 191.5)² = 246,402; behind bin 128 5·1·(38.4 - 255)² = 234,577.8.
    [Fact]
    public void ASmallExampleIsSplitAsByHand() => Assert.Equal(65 / 64f, Otsu.Threshold([0, 2, 0, 1, 4, 0]));

    [Fact]
    public void OfEquallyGoodBordersTheFirstCounts() => Assert.Equal(1 / 256f, Otsu.Threshold([0, 1]));

    [Theory]
    [InlineData(0f)]
    [InlineData(7f)]
    [InlineData(-7f)]
    public void EqualValuesAreTheirOwnThreshold(float value) => Assert.Equal(value, Otsu.Threshold([value, value, value]));

    [Fact]
    public void NoValueHasNoThreshold() => Assert.Throws<ArgumentException>(() => Otsu.Threshold([]));

    [Fact]
    public void RandomValuesAreSplitWhereTheVarianceBetweenTheClassesIsLargest()
    {
        var samples = Gen.Select(Gen.Int[2, 60], Gen.Int[1, 100])
            .SelectMany((count, levels) => Gen.Int[0, levels].Array[count])
            .Where(values => values.Distinct().Count() > 1);
        foreach (var values in Samples.Draw(samples, 500))
        {
            var floats = Array.ConvertAll(values, v => v / 8f - 2);
            var (min, max) = (floats.Min(), floats.Max());
            var bins = Array.ConvertAll(floats, v => Math.Min((int)Math.Floor(256.0 * (v - min) / ((double)max - min)), 255));

            var threshold = Otsu.Threshold(floats);

            var borders = Enumerable.Range(0, 255).Select(k => Variance(bins, k)).ToArray();
            var border = Math.Round((threshold - min) * 256.0 / (max - min)) - 1;
            Assert.Equal(borders.Max(), borders[(int)border], 1e-9 * borders.Max());
            Assert.All(borders[..(int)border], variance => Assert.True(variance < borders.Max() * (1 + 1e-9)));
            Assert.Equal(bins.Count(b => b > border), floats.Count(v => v >= threshold));
        }
    }

    // Of the definition: the squared distances of the class means from the mean of all.
    private static double Variance(int[] bins, int border)
    {
        var (low, high, mean) = (bins.Where(b => b <= border).ToArray(), bins.Where(b => b > border).ToArray(), bins.Average());
        double Part(int[] part) => part.Length * Math.Pow(part.DefaultIfEmpty((int)mean).Average() - mean, 2);
        return high.Length == 0 ? 0 : Part(low) + Part(high);
    }
}
