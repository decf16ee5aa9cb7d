using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class BlendTests
{
    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void OverEqualsTheScalarRuleAtEveryVectorWidthApartAndInPlace(int length)
    {
        var (bottom, top, mixed) = (Bytes(length), Bytes(length, seed: 2), new byte[length]);
        foreach (var alpha in new[] { 0f, 0.001f, 0.002f, 0.25f, 0.4f, 0.5f, 2f / 3, 0.999f, 1f })
        {
            var expected = bottom.Zip(top, (b, t) => Reference.Mix(b, t, alpha)).ToArray();
            Blend.Over(bottom, top, alpha, mixed);
            Assert.Equal(expected, mixed);

            var (inBottom, inTop) = (bottom.ToArray(), top.ToArray());
            Blend.Over(inBottom, top, alpha, inBottom);
            Blend.Over(bottom, inTop, alpha, inTop);
            Assert.Equal(expected, inBottom);
            Assert.Equal(expected, inTop);
        }
    }

    [Fact]
    public void EveryPairOfBytesStaysWithinOneStepOfTheRealMix()
    {
        var bottom = Enumerable.Range(0, 65536).Select(i => (byte)i).ToArray();
        var top = Enumerable.Range(0, 65536).Select(i => (byte)(i >> 8)).ToArray();
        var mixed = new byte[65536];
        foreach (var alpha in new[] { 0f, 0.1f, 0.3f, 0.5f, 0.7f, 1f })
        {
            Blend.Over(bottom, top, alpha, mixed);
            for (var i = 0; i < mixed.Length; i++)
                Assert.InRange(Math.Abs(mixed[i] - (bottom[i] * (1 - alpha) + top[i] * alpha)), 0, 1);
        }
    }

    [Fact]
    public void AlphaZeroAndOneGiveTheInputsExactly()
    {
        var (bottom, top, mixed) = (Bytes(1000), Bytes(1000, seed: 2), new byte[1000]);
        Blend.Over(bottom, top, 0, mixed);
        Assert.Equal(bottom, mixed);
        Blend.Over(bottom, top, 1, mixed);
        Assert.Equal(top, mixed);
    }

    [Fact]
    public void HalfwayValuesRoundUp()
    {
        var mixed = new byte[2];
        Blend.Over([0, 254], [1, 255], 0.5f, mixed);
        Assert.Equal([1, 255], mixed);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.01f)]
    [InlineData(1.01f)]
    public void OverRefusesAnAlphaOutsideZeroToOne(float alpha) =>
        Assert.ThrowsAny<ArgumentException>(() => Blend.Over([1], [2], alpha, new byte[1]));

    [Fact]
    public void WrongLengthsAndShiftedOverlapsAreRefused()
    {
        var bytes = new byte[9];
        Assert.Throws<ArgumentException>(() => Blend.Over(bytes, new byte[8], 0.5f, bytes));
        Assert.Throws<ArgumentException>(() => Blend.Over(bytes, bytes, 0.5f, new byte[8]));
        Assert.Throws<ArgumentException>(() => Blend.Over(bytes.AsSpan(0, 8), new byte[8], 0.5f, bytes.AsSpan(1)));
    }
}
