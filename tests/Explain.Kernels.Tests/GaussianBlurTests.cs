using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class GaussianBlurTests
{
    [Theory]
    [InlineData(1, 7, 1, 1.0)]
    [InlineData(3, 9, 1, 0.4)]
    [InlineData(2, 5, 6, 2.5)]
    [InlineData(4, 1, 3, 1.0)]
    [InlineData(1, 40, 17, 11.2)]
    public void BlurEqualsTheWeightedMeanOfTheNeighbours(int outer, int extent, int inner, double sigma)
    {
        var source = Floats(outer * extent * inner);
        var blurred = new float[source.Length];

        GaussianBlur.Along(source, extent, inner, sigma, blurred);

        var expected = Reference.Blur(source, extent, inner, sigma);
        var scale = source.Max(MathF.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], blurred[i], 1e-6 * scale);
    }

    [Fact]
    public void AConstantStaysAsItIs()
    {
        var blurred = new float[12];
        GaussianBlur.Along([.. Enumerable.Repeat(3f, 12)], 12, 1, 2, blurred);
        Assert.All(blurred, v => Assert.Equal(3, v, 1e-6));
    }

    [Theory]
    [InlineData(5, 1, 1.0)]
    [InlineData(4, 2, 1.0)]
    [InlineData(0, 1, 1.0)]
    [InlineData(4, 0, 1.0)]
    [InlineData(4, 1, 0.0)]
    [InlineData(4, 1, double.NaN)]
    [InlineData(4, 1, double.PositiveInfinity)]
    public void WhatMakesNoSenseIsRefused(int extent, int inner, double sigma) =>
        Assert.ThrowsAny<ArgumentException>(() => GaussianBlur.Along(new float[4], extent, inner, sigma, new float[4]));

    [Fact]
    public void TheSourceCannotBeTheDestination()
    {
        var values = new float[4];
        Assert.Throws<ArgumentException>(() => GaussianBlur.Along(values, 4, 1, 1, values));
        Assert.Throws<ArgumentException>(() => GaussianBlur.Along(values, 4, 1, 1, new float[5]));
    }
}
