using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class PixelTensorTests
{
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Std = [0.229f, 0.224f, 0.225f];

    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void EveryLayoutAndOrderEqualsTheScalarRule(int pixels)
    {
        var (rgb, tensor) = (Bytes(3 * pixels), new float[3 * pixels]);
        foreach (var order in new int[][] { [0, 1, 2], [2, 1, 0] })
        {
            foreach (var planar in new[] { true, false })
            {
                PixelTensor.FromRgb(rgb, order, 1 / 255f, Mean, Std, planar, tensor);
                AssertSameBits(Reference.FromRgb(rgb, order, 1 / 255f, Mean, Std, planar), tensor);
            }
        }
    }

    [Fact]
    public void PlanarPutsChannelsOneAfterTheOtherAndInterleavedKeepsPixelsTogether()
    {
        var tensor = new float[6];
        PixelTensor.FromRgb([1, 2, 3, 4, 5, 6], [2, 1, 0], 1, [0, 0, 0], [1, 1, 1], planar: true, tensor);
        Assert.Equal([3, 6, 2, 5, 1, 4], tensor);
        PixelTensor.FromRgb([1, 2, 3, 4, 5, 6], [2, 1, 0], 1, [0, 0, 0], [1, 1, 1], planar: false, tensor);
        Assert.Equal([3, 2, 1, 6, 5, 4], tensor);
    }

    [Fact]
    public void MeanAndDeviationFollowTheTensorChannelNotTheColour()
    {
        var tensor = new float[3];
        PixelTensor.FromRgb([10, 20, 30], [2, 1, 0], 1, [1, 2, 3], [1, 2, 4], planar: true, tensor);
        Assert.Equal([29, 9, 1.75f], tensor);
    }

    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void GrayIsTheBroadcastLumaKeptInFloat(int pixels)
    {
        var (rgb, tensor) = (Bytes(3 * pixels), new float[pixels]);
        PixelTensor.FromGray(rgb, 1 / 255f, 0.5f, 0.25f, tensor);
        var luma = rgb.Chunk(3).Select(p => 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2]);
        AssertSameBits([.. luma.Select(y => (y * (1 / 255f) - 0.5f) / 0.25f)], tensor);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(bytes: 4));
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(floats: 4));
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(order: [0, 1]));
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(order: [0, 1, 3]));
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(order: [0, -1, 2]));
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(std: [1, 0, 1]));
        Assert.ThrowsAny<ArgumentException>(() => FromRgb(std: [1]));
        Assert.ThrowsAny<ArgumentException>(() => PixelTensor.FromGray(new byte[3], 1, 0, 0, new float[1]));
        Assert.ThrowsAny<ArgumentException>(() => PixelTensor.FromGray(new byte[3], 1, 0, 1, new float[3]));
        FromRgb();
    }

    private static void FromRgb(int bytes = 3, int floats = 3, int[]? order = null, float[]? std = null) =>
        PixelTensor.FromRgb(new byte[bytes], order ?? [0, 1, 2], 1, Mean, std ?? Std, planar: true, new float[floats]);
}
