using Explain.Kernels.Sampling;
using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

public class SuperpixelsTests
{
    [Theory]
    [InlineData(64, 64, 16)]
    [InlineData(60, 100, 50)]
    [InlineData(100, 37, 20)]
    [InlineData(120, 120, 100)]
    [InlineData(8, 50, 5)]
    [InlineData(30, 30, 1)]
    public void SegmentsAreConnectedNumberedInRowOrderAndAboutAsManyAsAsked(int height, int width, int segments)
    {
        foreach (var compactness in new[] { 0.3, 3.0 })
        {
            var (labels, count) = Slic(Image(height, width), height, width, segments, compactness);
            Assert.InRange(count, 0.6 * segments, 1.4 * segments);
            Assert.Equal(Enumerable.Range(0, count), labels.Distinct());
            Assert.Equal(count, Parts(labels, width));
        }
    }

    [Fact]
    public void SegmentsFollowTheEdgeOfAnObject()
    {
        // A bright disc on a dark ground; no segment has more than a few pixels on the other side of the edge.
        var disc = Enumerable.Range(0, 64 * 64).Select(i => Math.Pow(i / 64 - 30.5, 2) + Math.Pow(i % 64 - 33.5, 2) < 20 * 20).ToArray();
        float[] image = [.. Enumerable.Range(0, 3).SelectMany(c => disc.Select(inside => inside ? 200f - 30 * c : 40f))];
        var (labels, _) = Slic(image, 64, 64, 30, 0.3);
        var strays = labels
            .Zip(disc)
            .GroupBy(pixel => pixel.First)
            .Sum(segment => Math.Min(segment.Count(p => p.Second), segment.Count(p => !p.Second)));
        Assert.InRange(strays, 0, 40);
    }

    [Fact]
    public void AConstantImageIsCutIntoEqualSquares()
    {
        var (labels, count) = Slic(new float[3 * 40 * 40], 40, 40, 16, 1);
        Assert.Equal(16, count);
        for (var i = 0; i < labels.Length; i++)
            Assert.Equal(i / 40 / 10 * 4 + i % 40 / 10, labels[i]);
    }

    [Fact]
    public void WithFullCompactnessPixelsBelongToTheNearestSegmentWhateverTheirColour()
    {
        var (labels, count) = Slic(Image(40, 40), 40, 40, 16, 1000);
        var centers = Enumerable
            .Range(0, count)
            .Select(label => Enumerable.Range(0, 1600).Where(i => labels[i] == label))
            .Select(segment => (Y: segment.Average(i => i / 40), X: segment.Average(i => i % 40)))
            .ToArray();
        // Ten rounds come near the fixed point of the means, where this holds for every pixel.
        var nearest = labels.Where(
            (label, i) => centers.MinBy(c => Math.Pow(c.Y - i / 40, 2) + Math.Pow(c.X - i % 40, 2)) == centers[label]
        );
        Assert.InRange(nearest.Count(), 1550, 1600);
    }

    [Fact]
    public void TheUnitOfTheImageDoesNotMatter()
    {
        var image = Image(48, 64);
        var expected = Slic(image, 48, 64, 24, 0.5).Labels;
        Assert.Equal(expected, Slic(image, 48, 64, 24, 0.5).Labels);
        Assert.Equal(expected, Slic(Array.ConvertAll(image, v => v / 256), 48, 64, 24, 0.5).Labels);
        Assert.Equal(expected, Slic(Array.ConvertAll(image, v => (v - 128) / 64), 48, 64, 24, 0.5).Labels);
    }

    [Fact]
    public void EveryPixelCanBeASegment()
    {
        var (labels, count) = Slic(Image(6, 5), 6, 5, 30, 1000);
        Assert.Equal(30, count);
        Assert.Equal(Enumerable.Range(0, 30), labels);
    }

    [Fact]
    public void ValuesThatAreNotFiniteCountAsZero()
    {
        var (image, zeroed) = (Image(32, 32), Image(32, 32));
        foreach (var (index, value) in new[] { (5, float.NaN), (700, float.PositiveInfinity), (2000, float.NegativeInfinity) })
            (image[index], zeroed[index]) = (value, 0);
        Assert.Equal(Slic(zeroed, 32, 32, 9, 0.5).Labels, Slic(image, 32, 32, 9, 0.5).Labels);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var image = new float[3 * 16];
        Assert.Throws<ArgumentOutOfRangeException>(() => Superpixels.Slic(image, 0, 4, 4, 2, 1, new int[16]));
        Assert.Throws<ArgumentException>(() => Superpixels.Slic(image, 2, 4, 4, 2, 1, new int[16]));
        Assert.Throws<ArgumentException>(() => Superpixels.Slic(image, 3, 4, 4, 2, 1, new int[15]));
        foreach (var segments in new[] { 0, 17 })
            Assert.Throws<ArgumentOutOfRangeException>(() => Superpixels.Slic(image, 3, 4, 4, segments, 1, new int[16]));
        foreach (var compactness in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => Superpixels.Slic(image, 3, 4, 4, 2, compactness, new int[16]));
    }

    /// <summary>Smooth blobs of colour with a little noise, whole numbers from 0 to 255.</summary>
    private static float[] Image(int height, int width)
    {
        var random = new RandomStream(8);
        return [.. Enumerable.Range(0, 3 * height * width).Select(i => Value(i / (height * width), i / width % height, i % width))];

        float Value(int c, int y, int x) =>
            MathF.Round(
                Math.Clamp((float)(128 + 90 * Math.Sin(y * (0.11 + 0.02 * c)) * Math.Cos(x * 0.09 + c) + 6 * random.NextGaussian()), 0, 255)
            );
    }

    private static (int[] Labels, int Count) Slic(float[] image, int height, int width, int segments, double compactness)
    {
        var labels = new int[height * width];
        return (labels, Superpixels.Slic(image, 3, height, width, segments, compactness, labels));
    }

    /// <summary>The number of 4-connected parts, by spreading the least index until nothing changes.</summary>
    private static int Parts(int[] labels, int width)
    {
        var least = Enumerable.Range(0, labels.Length).ToArray();
        for (var changed = true; changed; )
        {
            changed = false;
            for (var i = 0; i < labels.Length; i++)
            {
                foreach (var j in new[] { i % width > 0 ? i - 1 : i, i % width < width - 1 ? i + 1 : i, i - width, i + width })
                {
                    if (j >= 0 && j < labels.Length && labels[j] == labels[i] && least[j] < least[i])
                        (least[i], changed) = (least[j], true);
                }
            }
        }
        return least.Distinct().Count();
    }
}
