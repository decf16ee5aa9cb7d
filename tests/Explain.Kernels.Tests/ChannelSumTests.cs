using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class ChannelSumTests
{
    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void WeightedSumEqualsTheScalarLoopAtEveryVectorWidth(int area)
    {
        foreach (var channels in new[] { 0, 1, 2, 7, 64 })
        {
            var (maps, weights, sum) = (Floats(channels * area), Floats(channels, seed: 2), new float[area]);
            ChannelSum.Weighted(maps, weights, sum);
            AssertSameBits(Reference.WeightedSum(maps, weights, area), sum);
        }
    }

    [Fact]
    public void WeightedSumEqualsTheScalarLoopForTwoThousandChannels()
    {
        var (maps, weights, sum) = (Floats(2048 * 49), Floats(2048, seed: 2), new float[49]);
        ChannelSum.Weighted(maps, weights, sum);
        AssertSameBits(Reference.WeightedSum(maps, weights, 49), sum);
    }

    [Fact]
    public void WeightedSumForgetsWhatTheDestinationHeld()
    {
        float[] sum = [float.NaN, 5];
        ChannelSum.Weighted([1, 2], [3], sum);
        Assert.Equal([3, 6], sum);
    }

    [Fact]
    public void WeightedSumWithoutChannelsIsZero()
    {
        float[] sum = [1, 2, 3];
        ChannelSum.Weighted([], [], sum);
        Assert.Equal([0, 0, 0], sum);
    }

    [Fact]
    public void WeightedSumSpreadsNaNAndInfinityEvenAtWeightZero()
    {
        var sum = new float[4];
        ChannelSum.Weighted([1, float.NaN, float.PositiveInfinity, -0f, 1, 1, 1, -0f], [0, 1], sum);
        AssertSameBits([1, float.NaN, float.NaN, 0], sum);
    }

    [Theory]
    [InlineData(5, 2, 3)]
    [InlineData(6, 3, 3)]
    [InlineData(1, 0, 0)]
    public void WeightedSumRefusesLengthsThatDisagree(int maps, int weights, int area) =>
        Assert.Throws<ArgumentException>(() => ChannelSum.Weighted(new float[maps], new float[weights], new float[area]));

    [Fact]
    public void WeightedSumRefusesToOverwriteItsMaps()
    {
        var maps = new float[8];
        Assert.Throws<ArgumentException>(() => ChannelSum.Weighted(maps, [1, 1], maps.AsSpan(4)));
    }

    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void ReluEqualsTheScalarRuleAtEveryVectorWidth(int length)
    {
        float[] special = [float.NaN, -0f, 0f, float.NegativeInfinity, float.PositiveInfinity, float.Epsilon, -float.Epsilon];
        var values = Floats(length);
        for (var i = 0; i < length; i += 2)
            values[i] = special[i / 2 % special.Length];
        var expected = Array.ConvertAll(values, Reference.Relu);
        ChannelSum.Relu(values);
        AssertSameBits(expected, values);
    }
}
