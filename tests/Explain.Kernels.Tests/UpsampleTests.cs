using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;
using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class UpsampleTests
{
    // cv2.resize(source, (width, height), interpolation=cv2.INTER_LINEAR) of OpenCV 4.6 on 32-bit floats.
    [Fact]
    public void GrowingASquareEqualsOpenCv() =>
        EqualsOpenCv(
            3,
            3,
            5,
            7,
            [
                0f,
                0.121194974f,
                0.484779894f,
                0.848364711f,
                0.783378124f,
                0.718391657f,
                0.696729422f,
                0.21803765f,
                0.28208977f,
                0.474246085f,
                0.6664024f,
                0.601415813f,
                0.536429346f,
                0.51476711f,
                0.545094132f,
                0.523431957f,
                0.45844543f,
                0.393458873f,
                0.328472316f,
                0.263485789f,
                0.241823584f,
                0.272150606f,
                0.336202741f,
                0.528359056f,
                0.72051543f,
                0.655528843f,
                0.590542316f,
                0.568880081f,
                0.0901883096f,
                0.211383268f,
                0.574968159f,
                0.938553035f,
                0.873566508f,
                0.808579922f,
                0.786917806f,
            ]
        );

    [Fact]
    public void GrowingMostlyDownwardsEqualsOpenCv() =>
        EqualsOpenCv(
            2,
            3,
            7,
            4,
            [
                0f,
                0.530227959f,
                0.791501522f,
                0.696729422f,
                0f,
                0.530227959f,
                0.791501522f,
                0.696729422f,
                0.116805889f,
                0.513105273f,
                0.694021702f,
                0.599249601f,
                0.272547066f,
                0.490275025f,
                0.564048588f,
                0.469276488f,
                0.428288251f,
                0.467444777f,
                0.434075475f,
                0.339303434f,
                0.545094132f,
                0.450322092f,
                0.336595654f,
                0.241823584f,
                0.545094132f,
                0.450322092f,
                0.336595654f,
                0.241823584f,
            ]
        );

    [Fact]
    public void ShrinkingEqualsOpenCv() =>
        EqualsOpenCv(
            7,
            5,
            3,
            4,
            [
                0.183927983f,
                0.536050558f,
                0.763173103f,
                0.573629022f,
                0.706516385f,
                0.516972244f,
                0.327428162f,
                0.137884051f,
                0.270771444f,
                0.331227303f,
                0.766683161f,
                0.702139139f,
            ]
        );

    [Fact]
    public void GrowingASingleRowEqualsOpenCv() =>
        EqualsOpenCv(
            1,
            4,
            2,
            9,
            [
                0f,
                0.141394123f,
                0.518445075f,
                0.839940488f,
                0.772547066f,
                0.705153644f,
                0.637760162f,
                0.570366681f,
                0.545094132f,
                0f,
                0.141394123f,
                0.518445075f,
                0.839940488f,
                0.772547066f,
                0.705153644f,
                0.637760162f,
                0.570366681f,
                0.545094132f,
            ]
        );

    // The first 8 bytes of the SHA-256 of OpenCV's floats. The last case it averages instead; the bits are the same here.
    [Theory]
    [InlineData(13, 13, 300, 400, "1734427BFFCB7D00")]
    [InlineData(7, 7, 224, 224, "93C3E33177366947")]
    [InlineData(14, 14, 517, 333, "DD0CA581A3FE60C7")]
    [InlineData(56, 40, 97, 31, "3461C7AD9467983F")]
    [InlineData(64, 64, 32, 32, "53204D6B98BFC204")]
    public void LargeMapsHaveTheDigestOfOpenCvs(int sourceHeight, int sourceWidth, int height, int width, string digest)
    {
        var resized = new float[height * width];
        Upsample.Bilinear(Scattered(sourceHeight * sourceWidth), sourceHeight, sourceWidth, resized, height, width);
        var hash = SHA256.HashData(MemoryMarshal.AsBytes<float>(resized));
        Assert.Equal(digest, Convert.ToHexString(hash, 0, 8));
    }

    [Theory]
    [MemberData(nameof(LengthsAboveZero), MemberType = typeof(Samples))]
    public void WholeMapsFollowTheScalarRuleAtEveryVectorWidth(int width)
    {
        foreach (var (sourceHeight, sourceWidth, height) in new[] { (13, 13, 29), (7, 7, 1), (1, 1, 3), (5, 60, 40), (60, 5, 7) })
        {
            var (source, resized) = (Scattered(sourceHeight * sourceWidth), new float[height * width]);
            Upsample.Bilinear(source, sourceHeight, sourceWidth, resized, height, width);
            AssertClose(
                Reference.Bilinear(source, sourceHeight, sourceWidth, new(0, 0, sourceHeight, sourceWidth), height, width),
                resized
            );
        }
    }

    [Fact]
    public void AnyWindowFollowsTheScalarRule()
    {
        var sides = Gen.Int[1, 20];
        var windows = Gen.Select(Gen.Double[-30, 30], Gen.Double[-30, 30], Gen.Double[0.1, 40], Gen.Double[0.1, 40])
            .Select((y, x, height, width) => new SourceWindow(y, x, height, width));
        foreach (var (h, w, window, height, width) in Draw(Gen.Select(sides, sides, windows, sides, sides), 500))
        {
            var (source, resized) = (Scattered(h * w), new float[height * width]);
            Upsample.Bilinear(source, h, w, window, resized, height, width);
            AssertClose(Reference.Bilinear(source, h, w, window, height, width), resized);
        }
    }

    [Fact]
    public void TheWholeMapAsAWindowGivesTheSameBits()
    {
        var (source, whole, windowed) = (Scattered(169), new float[41 * 67], new float[41 * 67]);
        Upsample.Bilinear(source, 13, 13, whole, 41, 67);
        Upsample.Bilinear(source, 13, 13, new SourceWindow(0, 0, 13, 13), windowed, 41, 67);
        AssertSameBits(whole, windowed);
    }

    [Fact]
    public void AWindowIsACropOfTheLargerImageThatItIsPartOf()
    {
        var (source, whole, part) = (Scattered(64), new float[64 * 64], new float[32 * 16]);
        Upsample.Bilinear(source, 8, 8, whole, 64, 64);
        Upsample.Bilinear(source, 8, 8, new SourceWindow(3, 5, 4, 2), part, 32, 16);
        for (var y = 0; y < 32; y++)
            AssertClose(whole.AsSpan((24 + y) * 64 + 40, 16).ToArray(), part.AsSpan(16 * y, 16).ToArray());
    }

    [Fact]
    public void TheSameSizeIsACopy()
    {
        var (source, copy) = (Floats(35), new float[35]);
        Upsample.Bilinear(source, 5, 7, copy, 5, 7);
        Assert.Equal(source, copy);
    }

    [Theory]
    [InlineData(-1e300, 0.5f)]
    [InlineData(1e300, 2f)]
    public void AWindowFarOutsideShowsTheEdge(double y, float expected)
    {
        var resized = new float[6];
        Upsample.Bilinear([0.5f, 0.5f, 2, 2], 2, 2, new SourceWindow(y, 0, 1, 2), resized, 2, 3);
        Assert.All(resized, value => Assert.Equal(expected, value));
    }

    [Fact]
    public void ABrokenSampleSpoilsOnlyThePixelsItTouches()
    {
        var resized = new float[8];
        Upsample.Bilinear([1, 1, 1, float.NaN], 1, 4, resized, 1, 8);
        Assert.Equal([false, false, false, false, false, true, true, true], resized.Select(float.IsNaN));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var map = new float[8];
        Assert.Throws<ArgumentException>(() => Upsample.Bilinear(map, 2, 3, new float[4], 2, 2));
        Assert.Throws<ArgumentException>(() => Upsample.Bilinear([], 0, 3, new float[4], 2, 2));
        Assert.Throws<ArgumentException>(() => Upsample.Bilinear(map, 2, 4, new float[4], 2, 3));
        Assert.Throws<ArgumentException>(() => Upsample.Bilinear(map.AsSpan(0, 4), 2, 2, map.AsSpan(2, 4), 2, 2));
        foreach (
            var window in new SourceWindow[]
            {
                new(0, 0, 0, 1),
                new(0, 0, 1, -1),
                new(double.NaN, 0, 1, 1),
                new(0, 0, double.PositiveInfinity, 1),
            }
        )
        {
            Assert.Throws<ArgumentException>(() => Upsample.Bilinear(map, 2, 4, window, new float[4], 2, 2));
        }
    }

    private static void EqualsOpenCv(int sourceHeight, int sourceWidth, int height, int width, float[] expected)
    {
        var resized = new float[height * width];
        Upsample.Bilinear(Scattered(sourceHeight * sourceWidth), sourceHeight, sourceWidth, resized, height, width);
        AssertSameBits(expected, resized);
    }

    /// <summary>The kernel rounds each position to float, as OpenCV does; the reference does not.</summary>
    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
    }
}
