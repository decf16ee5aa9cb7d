using Explain.Kernels.Images;

namespace Explain.Kernels.Tests;

/// <summary>Planes on other grids, by area.</summary>
public sealed class AreaMeanTests
{
    [Theory]
    [InlineData(4, 6, 2, 3)]
    [InlineData(7, 5, 3, 2)]
    [InlineData(3, 2, 5, 7)]
    [InlineData(9, 9, 9, 4)]
    [InlineData(1, 1, 3, 3)]
    public void EachCellIsTheMeanOfWhatItCovers(int sourceHeight, int sourceWidth, int height, int width)
    {
        var random = new Random(sourceHeight * 100 + width);
        float[] source = [.. Enumerable.Range(0, sourceHeight * sourceWidth).Select(_ => random.NextSingle() * 4 - 2)];
        var made = new float[height * width];
        AreaMean.Resize(source, sourceHeight, sourceWidth, made, height, width);

        // On a grid fine enough for both, every cell is whole squares.
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var sum = 0.0;
                for (var y = row * sourceHeight; y < (row + 1) * sourceHeight; y++)
                {
                    for (var x = column * sourceWidth; x < (column + 1) * sourceWidth; x++)
                        sum += source[y / height * sourceWidth + x / width];
                }
                Assert.Equal(sum / (sourceHeight * sourceWidth), made[row * width + column], 1e-5);
            }
        }
        Assert.Equal(source.Average(v => (double)v), made.Average(v => (double)v), 1e-5);
    }

    [Fact]
    public void LengthsThatDoNotFitAreRefused()
    {
        Assert.Throws<ArgumentException>(() => AreaMean.Resize(new float[5], 2, 3, new float[1], 1, 1));
        Assert.Throws<ArgumentException>(() => AreaMean.Resize(new float[6], 2, 3, new float[2], 1, 1));
        var same = new float[6];
        Assert.Throws<ArgumentException>(() => AreaMean.Resize(same, 2, 3, same, 2, 3));
    }
}
