using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

/// <summary>Pixels filled from their neighbours.</summary>
public class LinearImputationTests
{
    [Fact]
    public void TheNumbersAreThoseOfPytorchGradCam()
    {
        // shared/reference/golden.json, "pgc/ROAD impute 3x3 arange, missing (0,0),(1,1), noise0".
        float[] image = [0, 1, 2, 3, 4, 5, 6, 7, 8];
        LinearImputation.Fill(image, [true, false, false, false, true, false, false, false, false], 3, 3);
        float[] expected = [2.440678f, 1, 2, 3, 4.20339f, 5, 6, 7, 8];
        Assert.All(expected.Zip(image), p => Assert.Equal(p.First, p.Second, 2e-6f));
    }

    [Theory, InlineData(1, 1, 0.5), InlineData(7, 5, 0.3), InlineData(12, 9, 0.8), InlineData(1, 20, 0.5), InlineData(40, 40, 0.95)]
    public void EveryMissingPixelIsTheMeanOfItsNeighboursAndTheOthersStay(int height, int width, double share)
    {
        var random = new Random(height * width);
        float[] before = [.. Enumerable.Range(0, height * width).Select(_ => (float)random.NextDouble())];
        bool[] missing = [.. before.Select((_, i) => i > 0 && random.NextDouble() < share)];
        var image = before.ToArray();
        LinearImputation.Fill(image, missing, height, width);
        for (var i = 0; i < image.Length; i++)
        {
            if (!missing[i])
            {
                Assert.Equal(before[i], image[i]);
                continue;
            }
            var (sum, weights) = (0.0, 0.0);
            foreach (var (down, right) in from d in (int[])[-1, 0, 1] from r in (int[])[-1, 0, 1] where (d, r) != (0, 0) select (d, r))
            {
                var (row, column) = (i / width + down, i % width + right);
                if (row < 0 || row >= height || column < 0 || column >= width)
                    continue;
                var weight = down == 0 || right == 0 ? 1.0 / 6 : 1.0 / 12;
                sum += weight * image[row * width + column];
                weights += weight;
            }
            Assert.Equal(sum / weights, image[i], 1e-5);
        }
    }

    [Fact]
    public void WithoutAnyPixelThereIsNothingToFillFrom()
    {
        float[] image = [1, 2, 3, 4];
        LinearImputation.Fill(image, [true, true, true, true], 2, 2);
        Assert.Equal([0, 0, 0, 0], image);
    }

    [Fact]
    public void LengthsThatDoNotFitAreRefused() =>
        Assert.Throws<ArgumentException>(() => LinearImputation.Fill(new float[4], new bool[3], 2, 2));
}
