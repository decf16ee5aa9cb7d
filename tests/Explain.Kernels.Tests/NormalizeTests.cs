using CsCheck;
using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class NormalizeTests
{
    [Theory]
    [MemberData(nameof(LengthsAboveZero), MemberType = typeof(Samples))]
    public void EveryScaleEqualsItsScalarRuleApartAndInPlace(int length)
    {
        var source = Floats(length);
        Check(Reference.MinMax(source), source, (from, to) => Normalize.MinMax(from, to));
        Check(Reference.MinMax(source, 1e-7f), source, (from, to) => Normalize.MinMax(from, to, 1e-7f));
        Check(Reference.ScaleBySize(source), source, (from, to) => Normalize.Signed(from, to));
        Check([.. source.Select(v => (v + 1) * 0.5f)], source, Normalize.SignedToUnit);
        Check([.. source.Select(v => Math.Clamp(v, -0.25f, 2f))], source, (from, to) => Normalize.Clamp(from, -0.25f, 2f, to));
    }

    [Theory]
    [MemberData(nameof(LengthsAboveZero), MemberType = typeof(Samples))]
    public void TheRangeHoldsTheExtremesWhereverTheyAre(int length)
    {
        var values = Floats(length);
        Assert.Equal(new ValueRange(values.Min(), values.Max(), IsFinite: true), Normalize.RangeOf(values));
        for (var broken = 0; broken < length; broken += 1 + length / 40)
        {
            foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                var copy = values.ToArray();
                copy[broken] = bad;
                Assert.False(Normalize.RangeOf(copy).IsFinite, $"{bad} at {broken} of {length} was not seen.");
            }
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-3.5f)]
    [InlineData(float.MaxValue)]
    public void AConstantMapBecomesZeroAndIsReported(float value)
    {
        float[] result = [9, 9, 9];
        Assert.True(Normalize.MinMax([value, value, value], result).IsConstant);
        Assert.Equal([0, 0, 0], result);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void ABrokenMapBecomesZeroAndIsReported(float value)
    {
        float[] result = [9, 9, 9];
        var range = Normalize.MinMax([1, value, 2], result);
        Assert.False(range.IsFinite || range.IsConstant);
        Assert.Equal([0, 0, 0], result);

        result.AsSpan().Fill(9);
        Assert.False(Normalize.Signed([1, value, 2], result).IsFinite);
        Assert.Equal([0, 0, 0], result);
    }

    [Fact]
    public void AnInfiniteConstantIsBrokenRatherThanConstant() =>
        Assert.False(Normalize.RangeOf([float.PositiveInfinity, float.PositiveInfinity]).IsConstant);

    [Fact]
    public void EveryFiniteMapFillsTheUnitIntervalFromZeroToOne()
    {
        var anyFinite = Gen.Float.Where(float.IsFinite).Array[2, 70];
        foreach (var map in Draw(anyFinite, 500).Append([float.MinValue, 0, float.MaxValue]).Append([0, float.Epsilon]))
        {
            var scaled = new float[map.Length];
            if (Normalize.MinMax(map, scaled).IsConstant)
                continue;
            Assert.Equal((0f, 1f), (scaled.Min(), scaled.Max()));
        }
    }

    [Fact]
    public void ASignedMapKeepsItsZeroAndItsSigns()
    {
        var scaled = new float[4];
        Assert.Equal(new ValueRange(-8, 2, true), Normalize.Signed([-8, 0, 2, -4], scaled));
        Assert.Equal([-1, 0, 0.25f, -0.5f], scaled);
        Normalize.SignedToUnit(scaled, scaled);
        Assert.Equal([0, 0.5f, 0.625f, 0.25f], scaled);
    }

    [Fact]
    public void AnAllZeroSignedMapStaysZero()
    {
        float[] scaled = [9, 9];
        Assert.True(Normalize.Signed([0, -0f], scaled).IsConstant);
        AssertSameBits([0, 0], scaled);
    }

    [Fact]
    public void ClampKeepsNaNAndLimitsInfinities()
    {
        var limited = new float[4];
        Normalize.Clamp([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f], 0, 1, limited);
        AssertSameBits([float.NaN, 1, 0, 0.5f], limited);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var values = new float[4];
        Assert.ThrowsAny<ArgumentException>(() => Normalize.RangeOf([]));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.MinMax([], []));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.MinMax(values, new float[3]));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.MinMax(values.AsSpan(0, 3), values.AsSpan(1, 3)));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.MinMax(values, values, float.NaN));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.Signed(values, new float[5]));
        Assert.ThrowsAny<ArgumentException>(() => Normalize.Clamp(values, 1, 0, values));
    }

    private delegate void Kernel(ReadOnlySpan<float> source, Span<float> destination);

    private static void Check(float[] expected, float[] source, Kernel kernel)
    {
        var apart = new float[source.Length];
        kernel(source, apart);
        AssertSameBits(expected, apart);

        var inPlace = source.ToArray();
        kernel(inPlace, inPlace);
        AssertSameBits(expected, inPlace);
    }
}
