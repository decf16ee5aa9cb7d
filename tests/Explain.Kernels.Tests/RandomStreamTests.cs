using Explain.Kernels.Sampling;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

/// <summary>
/// Known answers come from the authors' published vectors and, for streams, from a port to another language (Python's integers).
/// </summary>
public class RandomStreamTests
{
    [Fact]
    public void TheSeedingEqualsThePublishedVector()
    {
        var seeds = new SplitMix64(1234567);
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.All(published, expected => Assert.Equal(expected, seeds.Next()));
    }

    [Fact]
    public void WhatIsDrawnOfTheSmallGeneratorFollowsFromTheVector()
    {
        Assert.Equal([0.3500795420214081, 0.17364409667091263, 0.5322073040624192], Drawn(random => random.Uniform()));
        Assert.Equal([-0.29984091595718376, -0.6527118066581747, 0.06441460812483846], Drawn(random => random.Uniform(-1, 1)));
        Assert.Equal([3, 1, 5], Drawn(random => random.Below(10)));
        Assert.Equal([false, true, false], Drawn(random => random.Chance(0.3)));

        static T[] Drawn<T>(Func<SplitMix64, T> draw)
        {
            var random = new SplitMix64(1234567);
            return [draw(random), draw(random), draw(random)];
        }
    }

    [Fact]
    public void TheGeneratorEqualsThePublishedVector()
    {
        var random = new RandomStream((1, 2, 3, 4));
        ulong[] published = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600];
        Assert.All(published, expected => Assert.Equal(expected, random.NextBits()));
    }

    [Theory]
    [InlineData(0, 0, 18110106563157542208, 8650457082529208451, 3032169436225125478)]
    [InlineData(42, 0, 1865750160070900731, 6791145067590612263, 14118064813682728970)]
    [InlineData(42, 1, 2310780259589285339, 17978261134899068163, 3165560000597186997)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, 15123162084392049175, 17208733798640578956, 14870577984249923660)]
    public void StreamsAreTheSameForever(ulong seed, ulong stream, ulong first, ulong second, ulong third)
    {
        var random = new RandomStream(seed, stream);
        Assert.Equal([first, second, third], [random.NextBits(), random.NextBits(), random.NextBits()]);
    }

    [Fact]
    public void EveryKindOfNumberIsTheSameForever()
    {
        Assert.Equal(
            [0.0717976393760017, 0.9887912612807954, 0.7392968284698367, 0.9022884041400636],
            Take(4, random => random.NextDouble())
        );
        Assert.Equal([0, 9, 7, 9, 3, 7, 7, 0, 3, 2, 0, 6], Take(12, random => random.NextBelow(10)));
        Assert.Equal(
            [143595278, 1977582522, 1478593656, 1804576808, 698850923, 1440144668],
            Take(6, random => random.NextBelow(2000000000))
        );

        var bits = new float[16];
        new RandomStream(7, 3).FillBernoulli(bits, 0.3);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0], bits);
    }

    [Fact]
    public void GaussiansFollowThePolarMethodWithTheExactLogarithm()
    {
        double[] expected =
        [
            0.2626128718398591,
            0.44148563854624023,
            -0.89544537820959,
            1.3087388917126448,
            -0.4843007932912243,
            -1.353696024322813,
        ];
        var drawn = Take(6, random => random.NextGaussian());
        Assert.All(expected.Zip(drawn), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Fact]
    public void TheLogarithmAgreesWithTheLibraryToTheLastBits()
    {
        var random = new RandomStream(1);
        for (var i = 0; i < 20000; i++)
        {
            var x = Math.ScaleB(1 + random.NextDouble(), random.NextBelow(200) - 150);
            Assert.Equal(Math.Log(x), RandomStream.Log(x), 4e-16 * Math.Max(1, Math.Abs(Math.Log(x))));
        }
        Assert.Equal(0, RandomStream.Log(1));
    }

    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void FillingTwoPartsEqualsFillingTheWhole(int length)
    {
        SplitEqualsWhole(length, (random, part) => random.FillBernoulli(part, 0.5));
        SplitEqualsWhole(length, (random, part) => random.FillGaussian(part));
    }

    [Fact]
    public void MomentsAreThoseOfTheDistributions()
    {
        // Within five standard errors of the expected moment, n = 200000.
        var values = new float[200000];
        var random = new RandomStream(2024);
        var uniform = Array.ConvertAll(values, _ => random.NextDouble());
        Assert.Equal(0.5, uniform.Average(), 0.0033);
        Assert.True(uniform.Min() >= 0 && uniform.Max() < 1);
        Assert.Equal(1 / 12.0, uniform.Average(v => (v - 0.5) * (v - 0.5)), 0.0009);
        random.FillBernoulli(values, 0.3);
        Assert.Equal(0.3, values.Average(), 0.0052);
        random.FillGaussian(values, mean: 3, standardDeviation: 2);
        Assert.Equal(3, values.Average(), 0.0224);
        Assert.Equal(4, values.Average(v => (v - 3.0) * (v - 3)), 0.064);
        Assert.Equal(3 * 16, values.Average(v => Math.Pow(v - 3, 4)), 1.8);
        Assert.Equal(0.6827, values.Count(v => v is > 1 and < 5) / 200000.0, 0.0053);
    }

    [Fact]
    public void NeighbouringStreamsAndSeedsAreUncorrelated()
    {
        // Correlations of 100000 independent uniform pairs have a standard error of 0.0032.
        foreach (
            var (seed, stream, otherSeed, otherStream) in new (ulong, ulong, ulong, ulong)[] { (1, 0, 1, 1), (1, 0, 2, 0), (0, 1, 1, 0) }
        )
        {
            var (x, y) = (new RandomStream(seed, stream), new RandomStream(otherSeed, otherStream));
            var sum = 0.0;
            for (var i = 0; i < 100000; i++)
                sum += (x.NextDouble() - 0.5) * (y.NextDouble() - 0.5);
            Assert.Equal(0, sum / 100000 * 12, 0.016);
        }
        var firsts = Enumerable.Range(0, 100000).Select(i => new RandomStream(5, (ulong)i).NextDouble()).ToArray();
        Assert.Equal(0, firsts.Zip(firsts.Skip(1), (p, q) => (p - 0.5) * (q - 0.5)).Average() * 12, 0.016);
        Assert.Equal(0.5, firsts.Average(), 0.0046);
    }

    [Fact]
    public void SmallBoundsAreEquallyLikely()
    {
        var (random, counts) = (new RandomStream(9), new int[7]);
        for (var i = 0; i < 70000; i++)
            counts[random.NextBelow(7)]++;
        Assert.All(counts, count => Assert.Equal(10000, count, 465.0));
        Assert.Equal(0, random.NextBelow(1));
    }

    [Fact]
    public void ABiasedDrawIsRefusedAndDrawnAgain()
    {
        // The word s1 = 0 makes the first bits 0, which would favour the result 0 of 3.
        var (random, bits) = (new RandomStream((1, 0, 3, 4)), new RandomStream((1, 0, 3, 4)));
        Assert.Equal(0UL, bits.NextBits());
        Assert.Equal((int)Math.BigMul(bits.NextBits(), 3UL, out _), random.NextBelow(3));
        Assert.Equal(bits.NextBits(), random.NextBits());
    }

    [Fact]
    public void CertainAndImpossibleEventsAreSo()
    {
        var values = new float[1000];
        new RandomStream(1).FillBernoulli(values, 1);
        Assert.All(values, value => Assert.Equal(1f, value));
        new RandomStream(1).FillBernoulli(values, 0);
        Assert.All(values, value => Assert.Equal(0f, value));
        new RandomStream(1).FillGaussian(values, 2.5, 0);
        Assert.All(values, value => Assert.Equal(2.5f, value));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var (random, values) = (new RandomStream(1), new float[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextBelow(0));
        foreach (var probability in new[] { -0.1, 1.1, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => random.FillBernoulli(values, probability));
        foreach (var deviation in new[] { -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => random.FillGaussian(values, 0, deviation));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.FillGaussian(values, double.NaN));
    }

    private static T[] Take<T>(int count, Func<RandomStream, T> next)
    {
        var random = new RandomStream(7, 3);
        return [.. Enumerable.Range(0, count).Select(_ => next(random))];
    }

    private static void SplitEqualsWhole(int length, Action<RandomStream, Span<float>> fill)
    {
        var (whole, parts, first) = (new float[length], new float[length], length / 3);
        fill(new RandomStream(11, 2), whole);
        var random = new RandomStream(11, 2);
        fill(random, parts.AsSpan(0, first));
        fill(random, parts.AsSpan(first));
        AssertSameBits(whole, parts);
    }
}
