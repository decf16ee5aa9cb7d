using CsCheck;
using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class PercentileTests
{
    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(10, 0.09018830209970474)]
    [InlineData(33.3f, 0.4232210102677345)]
    [InlineData(50, 0.5450941324234009)]
    [InlineData(90, 0.8483647108078003)]
    [InlineData(99, 0.9295342028141022)]
    [InlineData(100, 0.9385530352592468)]
    public void PercentilesAgreeWithNumPy(float percentile, double expected) =>
        Assert.Equal(expected, Normalize.Percentile(Scattered(11), percentile), 1e-7);

    [Fact]
    public void PercentilesEqualTheScalarRuleAndLeaveTheMapAsItWas()
    {
        foreach (var (map, percentile) in Draw(Gen.Select(Gen.Float[-100, 100].Array[1, 300], Gen.Float[0, 100]), 200))
        {
            var before = map.ToArray();
            Assert.Equal(Reference.Percentile(map, percentile), Normalize.Percentile(map, percentile), 1e-5f);
            Assert.Equal(before, map);
        }
    }

    [Fact]
    public void PercentilesOfBrokenMapsAreExplicit()
    {
        Assert.Equal(float.NaN, Normalize.Percentile([1, float.NaN, 2], 0));
        Assert.Equal(float.PositiveInfinity, Normalize.Percentile([float.PositiveInfinity, float.PositiveInfinity, 1], 75));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Normalize.Percentile([], 50));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.Percentile([1], -0.1f));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.Percentile([1], 100.1f));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.Percentile([1], float.NaN));
    }
}
