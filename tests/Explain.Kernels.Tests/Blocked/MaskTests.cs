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

    public static TheoryData<int, int, bool> Planes =>
        [
            .. from lanes in new TheoryData<int> { 1, 8, 16 }.Select(l => l.Data)
            from positions in Enumerable.Range(0, 4)
            from adds in Enumerable.Range(0, 2)
            select (lanes, positions * positions * 7, adds == 1),
        ];

    [Theory, MemberData(nameof(Planes))]
    public void ScaledTimesTheFactorOfTheChannelAndAddsWhatElseThereIs(int lanes, int positions, bool adds)
    {
        var length = lanes * positions;
        var (dy, y, factors) = (Floats(length), Floats(length, seed: 2), Floats(lanes, seed: 3));
        var added = adds ? Floats(length, seed: 4) : [];
        double[] expected =
        [
            .. Enumerable
                .Range(0, length)
                .Select(i => (y[i] is > 0 and < 6 ? (double)dy[i] * factors[i % lanes] : 0) + (adds ? added[i] : 0)),
        ];
        var apart = new float[length];
        Scaled(lanes, dy, y, factors, added, apart);
        // Rounded once where products are added by one instruction, else twice.
        var tolerances = expected.Select((e, i) => 2 * 1.2e-7 * (Math.Abs(e) + (adds ? Math.Abs(added[i]) : 0)));
        Assert.All(expected.Zip(apart, tolerances), t => Assert.InRange(t.Second, t.First - t.Third, t.First + t.Third));
        Scaled(lanes, dy, y, factors, added, dy);
        AssertSameBits(apart, dy);
    }

    [Fact]
    public void ScaledRefusesLengthsThatDoNotFit()
    {
        Assert.Throws<ArgumentException>(() => Scaled(8, new float[8], new float[16], new float[8], [], new float[8]));
        Assert.Throws<ArgumentException>(() => Scaled(8, new float[8], new float[8], new float[8], [], new float[16]));
        Assert.Throws<ArgumentException>(() => Scaled(8, new float[8], new float[8], new float[1], [], new float[8]));
        Assert.Throws<ArgumentException>(() => Scaled(8, new float[8], new float[8], new float[8], new float[16], new float[8]));
        Assert.Throws<ArgumentException>(() => Scaled(8, new float[9], new float[9], new float[8], [], new float[9]));
    }

    private static void Scaled(int lanes, float[] dy, float[] y, float[] factors, float[] added, float[] dx)
    {
        if (lanes == 1)
            Mask.Scaled<Lanes1>(dy, y, 0, 6, factors, added, dx);
        else if (lanes == 8)
            Mask.Scaled<Lanes8>(dy, y, 0, 6, factors, added, dx);
        else
            Mask.Scaled<Lanes16>(dy, y, 0, 6, factors, added, dx);
    }

    [Fact]
    public void BetweenRefusesLengthsThatDiffer()
    {
        Assert.Throws<ArgumentException>(() => Mask.Between([1, 2], [1], 0, 1, new float[2]));
        Assert.Throws<ArgumentException>(() => Mask.Between([1, 2], [1, 2], 0, 1, new float[3]));
    }
}
