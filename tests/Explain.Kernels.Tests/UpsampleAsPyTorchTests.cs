using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

/// <summary>Expected values are torch.nn.functional.interpolate of PyTorch 1.13 on the CPU.</summary>
public class UpsampleAsPyTorchTests
{
    [Fact]
    public void GrowingWithAlignedCornersEqualsPyTorch() =>
        EqualsPyTorch(
            3,
            3,
            5,
            7,
            [
                0f,
                0.28278825f,
                0.5655765f,
                0.8483647f,
                0.7978196f,
                0.7472745f,
                0.6967294f,
                0.27254707f,
                0.38866863f,
                0.50479025f,
                0.6209118f,
                0.5703667f,
                0.5198216f,
                0.4692765f,
                0.54509413f,
                0.49454904f,
                0.44400397f,
                0.39345887f,
                0.34291378f,
                0.29236868f,
                0.24182358f,
                0.31764123f,
                0.4337628f,
                0.5498844f,
                0.66600597f,
                0.61546087f,
                0.5649158f,
                0.5143707f,
                0.0901883f,
                0.37297654f,
                0.6557648f,
                0.93855304f,
                0.88800794f,
                0.83746284f,
                0.78691775f,
            ]
        );

    [Fact]
    public void ShrinkingWithAlignedCornersEqualsPyTorch() =>
        EqualsPyTorch(
            7,
            5,
            3,
            4,
            [
                0f,
                0.7978196f,
                0.5956392f,
                0.39345887f,
                0.7254708f,
                0.5232904f,
                0.32111f,
                0.11892963f,
                0.45094153f,
                0.24876115f,
                0.71324754f,
                0.8444004f,
            ]
        );

    [Fact]
    public void ASingleRowWithAlignedCornersEqualsPyTorch() =>
        EqualsPyTorch(
            1,
            4,
            2,
            9,
            [
                0f,
                0.31813675f,
                0.6362735f,
                0.8294103f,
                0.77254707f,
                0.71568382f,
                0.65882063f,
                0.60195738f,
                0.54509413f,
                0f,
                0.31813675f,
                0.6362735f,
                0.8294103f,
                0.77254707f,
                0.71568382f,
                0.65882063f,
                0.60195738f,
                0.54509413f,
            ]
        );

    [Theory]
    [MemberData(nameof(LengthsAboveZero), MemberType = typeof(Samples))]
    public void AlignedCornersFollowTheScalarRuleAtEveryVectorWidth(int width)
    {
        foreach (var (sourceHeight, sourceWidth, height) in new[] { (13, 13, 9), (7, 7, 1), (1, 1, 3), (5, 60, 12), (60, 5, 7) })
        {
            var (source, resized) = (Scattered(sourceHeight * sourceWidth), new float[height * width]);
            Upsample.BilinearAlignedCorners(source, sourceHeight, sourceWidth, resized, height, width);
            AssertClose(Reference.BilinearAlignedCorners(source, sourceHeight, sourceWidth, height, width), resized, 2e-7f);
        }
    }

    [Fact]
    public void AlignedCornersHitEverySampleOfAWholeMultiple()
    {
        var (source, resized) = (Floats(35), new float[13 * 19]);
        Upsample.BilinearAlignedCorners(source, 5, 7, resized, 13, 19);
        for (var i = 0; i < source.Length; i++)
            Assert.Equal(source[i], resized[i / 7 * 3 * 19 + i % 7 * 3]);
    }

    [Fact]
    public void NearestEqualsPyTorchForEveryPairOfSmallSizes()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var samples = 1; samples <= 40; samples++)
        {
            float[] source = [.. Enumerable.Range(0, samples)];
            for (var size = 1; size <= 300; size++)
            {
                var (row, column) = (new float[size], new float[size]);
                Upsample.Nearest(source, 1, samples, row, 1, size);
                Upsample.Nearest(source, samples, 1, column, size, 1);
                AssertSameBits(row, column);
                hash.AppendData(MemoryMarshal.AsBytes<float>(row));
            }
        }
        Assert.Equal("D1A21CB6F7F55398", Convert.ToHexString(hash.GetHashAndReset(), 0, 8));
    }

    [Theory]
    [InlineData(13, 13, 300, 400, "3BA3029C232BBA0D")]
    [InlineData(7, 7, 224, 224, "9ED66CFECD4B781F")]
    [InlineData(14, 14, 517, 333, "F8FE824B159AF684")]
    [InlineData(56, 40, 97, 31, "3A8D75DCD5BCD57B")]
    public void NearestHasTheDigestOfPyTorchs(int sourceHeight, int sourceWidth, int height, int width, string digest)
    {
        var resized = new float[height * width];
        Upsample.Nearest(Scattered(sourceHeight * sourceWidth), sourceHeight, sourceWidth, resized, height, width);
        Assert.Equal(digest, Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(resized)), 0, 8));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var map = new float[8];
        Assert.Throws<ArgumentException>(() => Upsample.BilinearAlignedCorners(map, 2, 3, new float[4], 2, 2));
        Assert.Throws<ArgumentException>(() => Upsample.BilinearAlignedCorners(map.AsSpan(0, 4), 2, 2, map.AsSpan(2, 4), 2, 2));
        Assert.Throws<ArgumentException>(() => Upsample.Nearest(map, 2, 4, new float[4], 2, 3));
        Assert.Throws<ArgumentException>(() => Upsample.Nearest([], 0, 3, new float[4], 2, 2));
        Assert.Throws<ArgumentException>(() => Upsample.Nearest(map.AsSpan(0, 4), 2, 2, map.AsSpan(2, 4), 2, 2));
    }

    private static void EqualsPyTorch(int sourceHeight, int sourceWidth, int height, int width, float[] expected)
    {
        var resized = new float[height * width];
        Upsample.BilinearAlignedCorners(Scattered(sourceHeight * sourceWidth), sourceHeight, sourceWidth, resized, height, width);
        AssertClose(expected, resized, 2e-7f);
    }
}
