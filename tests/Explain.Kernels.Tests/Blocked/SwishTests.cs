using Explain.Kernels.Blocked;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests.Blocked;

public class SwishTests
{
    private const double Relative = 4e-7;

    public static TheoryData<int> All => [.. Lengths.Select(l => l.Data)];

    [Theory, MemberData(nameof(All))]
    public void EveryNumberIsThatOfTheFormulaAtEveryVectorWidth(int length)
    {
        var (dy, x) = (Floats(length), Spread(length));
        var (s, y, dx) = (new float[length], new float[length], new float[length]);
        Swish.Sigmoid(x, s);
        Swish.Value(x, y);
        Swish.Gradient(dy, x, dx);
        for (var i = 0; i < length; i++)
        {
            var sigmoid = 1 / (1 + Math.Exp(-x[i]));
            Assert.Equal(sigmoid, s[i], Relative * sigmoid);
            Assert.Equal(x[i] * sigmoid, y[i], Relative * Math.Abs(x[i] * sigmoid));
            // What is added up has both signs.
            var (first, second) = (sigmoid, x[i] * sigmoid * (1 - sigmoid));
            var size = Math.Abs(dy[i]) * (Math.Abs(first) + Math.Abs(x[i]) * sigmoid);
            Assert.Equal(dy[i] * (first + second), dx[i], 2 * Relative * size);
        }
        Swish.Gradient(dy, x, dy);
        AssertSameBits(dx, dy);
        Swish.Value(x, x);
        AssertSameBits(y, x);
    }

    [Fact]
    public void FarFromZeroASigmoidEndsAndNoNumberStaysNone()
    {
        float[] x =
        [
            .. new[] { float.NegativeInfinity, float.MinValue, -200, 200, float.MaxValue, float.PositiveInfinity, float.NaN }.SelectMany(
                v => Enumerable.Repeat(v, 17)
            ),
        ];
        var s = new float[x.Length];
        Swish.Sigmoid(x, s);
        foreach (var (i, value) in s.Index())
            Assert.True(float.IsNaN(x[i]) ? float.IsNaN(value) : Math.Abs(value - (x[i] < 0 ? 0 : 1)) < 1e-37, $"{x[i]}: {value}");
    }

    [Fact]
    public void LengthsThatDifferAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Swish.Sigmoid([1, 2], new float[3]));
        Assert.Throws<ArgumentException>(() => Swish.Gradient([1, 2], [1], new float[2]));
    }

    // From one end of what a sigmoid tells apart to the other.
    private static float[] Spread(int length) =>
        [.. Enumerable.Range(0, length).Select(i => (i % 2 == 0 ? 1 : -1) * 80f * MathF.Pow(i * 37 % 101 / 100f, 2))];
}
