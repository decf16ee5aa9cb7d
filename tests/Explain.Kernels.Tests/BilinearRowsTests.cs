using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class BilinearRowsTests
{
    private static readonly SourceWindow Whole = new(0, 0, 5, 7);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 7)]
    [InlineData(33, 70)]
    [InlineData(64, 129)]
    public void RowsInAnyPartsAreThoseOfTheWholeToTheLastBit(int height, int width)
    {
        var source = Floats(35);
        foreach (var window in new[] { Whole, new SourceWindow(-1.5, 0.25, 6.75, 2.5) })
        {
            var expected = new float[height * width];
            Upsample.Bilinear(source, 5, 7, window, expected, height, width);
            var rows = new BilinearRows(source, 5, 7, window, height, width);
            foreach (var part in new[] { 1, 3, height })
            {
                var enlarged = new float[height * width];
                for (var first = height - 1; first >= 0; first -= part)
                {
                    var from = Math.Max(first - part + 1, 0);
                    rows.Each(from, first - from + 1, (y, values) => values.CopyTo(enlarged.AsSpan(y * width, width)));
                }
                AssertSameBits(expected, enlarged);
            }
        }
    }

    [Fact]
    public void ThreadsDoNotDisturbEachOther()
    {
        var source = Floats(35);
        var expected = new float[200 * 90];
        Upsample.Bilinear(source, 5, 7, expected, 200, 90);
        var rows = new BilinearRows(source, 5, 7, Whole, 200, 90);
        var enlarged = new float[200 * 90];

        Parallel.For(0, 20, band => rows.Each(10 * band, 10, (y, values) => values.CopyTo(enlarged.AsSpan(y * 90, 90))));

        AssertSameBits(expected, enlarged);
    }

    [Fact]
    public void SidesAndWindowsThatAreNoneAreRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => new BilinearRows(new float[34], 5, 7, Whole, 2, 2));
        Assert.ThrowsAny<ArgumentException>(() => new BilinearRows(new float[35], 5, 7, Whole, 0, 2));
        Assert.ThrowsAny<ArgumentException>(() => new BilinearRows(new float[35], 5, 7, Whole with { Height = double.NaN }, 2, 2));
    }
}
