using Explain.Kernels.Blocked;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests.Blocked;

public class MaskTests
{
    public static TheoryData<int, float, float> Bounds =>
        [
            .. from length in Lengths.Select(l => l.Data)
            from bounds in new[] { (0f, float.PositiveInfinity), (0f, 6f), (float.NegativeInfinity, 1f), (-1f, 1f) }
            select (length, bounds.Item1, bounds.Item2),
        ];

    [Theory, MemberData(nameof(Bounds))]
    public void BetweenPassesWhatLiesBetweenTheBoundsAtEveryVectorWidth(int length, float low, float high)
    {
        float[] special = [low, high, 0, -0f, float.Epsilon, float.NaN, MathF.BitIncrement(low), MathF.BitDecrement(high), float.MaxValue];
        var (dy, y) = (Floats(length), Floats(length, seed: 2));
        for (var i = 0; i < length; i += 2)
            y[i] = special[i / 2 % special.Length];
        float[] expected = [.. dy.Zip(y, (g, at) => at > low && at < high ? g : 0)];
        var apart = new float[length];
        Mask.Between(dy, y, low, high, apart);
        AssertSameBits(expected, apart);
        Mask.Between(dy, y, low, high, dy);
        AssertSameBits(expected, dy);
    }

    [Fact]
    public void BetweenStopsWhatIsNotFinite()
    {
        var dx = new float[3];
        Mask.Between([float.NaN, float.PositiveInfinity, 2], [0, -1, 1], 0, float.PositiveInfinity, dx);
        AssertSameBits([0, 0, 2], dx);
    }

    [Fact]
    public void BetweenRefusesLengthsThatDiffer()
    {
        Assert.Throws<ArgumentException>(() => Mask.Between([1, 2], [1], 0, 1, new float[2]));
        Assert.Throws<ArgumentException>(() => Mask.Between([1, 2], [1, 2], 0, 1, new float[3]));
    }
}
