using Explain.Kernels.Sampling;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class RiseMaskTests
{
    [Fact]
    public void AMaskOfAWideImageEqualsTheAuthorsRecipe()
    {
        // scipy.ndimage.zoom(order=1, mode="mirror", grid_mode=True), which scikit-image's resize calls, of the grid 111/010/000 that
        // stream 2 of seed 5 gives, to 12x16 pixels, cropped at (1, 0).
        float[] expected =
        [
            0.9257812f,
            0.9023438f,
            0.8789062f,
            0.8945312f,
            0.9179688f,
            0.9414062f,
            0.9648438f,
            0.9882812f,
            0.9882812f,
            0.9648438f,
            0.9257812f,
            0.9023438f,
            0.8789062f,
            0.8945312f,
            0.9179688f,
            0.9414062f,
            0.9648438f,
            0.9882812f,
            0.9882812f,
            0.9648438f,
            0.7773438f,
            0.7070312f,
            0.6367188f,
            0.6835938f,
            0.7539062f,
            0.8242188f,
            0.8945312f,
            0.9648438f,
            0.9648438f,
            0.8945312f,
            0.6289062f,
            0.5117188f,
            0.3945312f,
            0.4726562f,
            0.5898438f,
            0.7070312f,
            0.8242188f,
            0.9414062f,
            0.9414062f,
            0.8242188f,
            0.4804688f,
            0.3164062f,
            0.1523438f,
            0.2617188f,
            0.4257812f,
            0.5898438f,
            0.7539062f,
            0.9179688f,
            0.9179688f,
            0.7539062f,
            0.3554688f,
            0.1914062f,
            0.0273438f,
            0.1367188f,
            0.3007812f,
            0.4648438f,
            0.6289062f,
            0.7929688f,
            0.7929688f,
            0.6289062f,
            0.2539062f,
            0.1367188f,
            0.0195312f,
            0.0976562f,
            0.2148438f,
            0.3320312f,
            0.4492188f,
            0.5664062f,
            0.5664062f,
            0.4492188f,
        ];
        AssertClose(expected, Mask(5, 2, 3, 0.5, 7, 10), 1e-6f);
    }

    [Theory]
    [MemberData(nameof(LengthsAboveZero), MemberType = typeof(Samples))]
    public void MasksFollowTheScalarRecipeAtEveryVectorWidth(int width)
    {
        foreach (var (cells, height, index) in new[] { (7, 30, 0), (1, 5, 1), (4, 3, 2), (9, 1, 3) })
            AssertClose(Reference.RiseMask(77, index, cells, 0.5, height, width), Mask(77, index, cells, 0.5, height, width), 2e-7f);
    }

    [Fact]
    public void EveryPixelIsAShareAndOnAverageTheProbability()
    {
        const int count = 4000;
        var mean = new double[12 * 20];
        for (var index = 0; index < count; index++)
        {
            var mask = Mask(1, index, 4, 0.3, 12, 20);
            Assert.All(mask, value => Assert.InRange(value, 0f, 1f));
            for (var i = 0; i < mean.Length; i++)
                mean[i] += mask[i] / (double)count;
        }
        // Five standard errors of a single cell: 5 * sqrt(0.3 * 0.7 / 4000).
        Assert.All(mean, value => Assert.Equal(0.3, value, 0.0363));
    }

    [Fact]
    public void SeedAndIndexChooseTheMask()
    {
        AssertSameBits(Mask(1, 5, 7, 0.5, 32, 48), Mask(1, 5, 7, 0.5, 32, 48));
        Assert.NotEqual(Mask(1, 5, 7, 0.5, 32, 48), Mask(1, 6, 7, 0.5, 32, 48));
        Assert.NotEqual(Mask(1, 5, 7, 0.5, 32, 48), Mask(2, 5, 7, 0.5, 32, 48));
    }

    [Fact]
    public void CertainAndImpossibleCellsGiveConstantMasks()
    {
        Assert.All(Mask(3, 0, 7, 1, 224, 97), value => Assert.Equal(1f, value));
        Assert.All(Mask(3, 0, 7, 0, 224, 97), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask(1, -1, 7, 0.5, 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask(1, 0, 0, 0.5, 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask(1, 0, 1025, 0.5, 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask(1, 0, 7, 1.5, 4, 4));
        Assert.Throws<ArgumentException>(() => RiseMask.Fill(1, 0, 7, 0.5, 4, 4, new float[15]));
        Assert.Throws<ArgumentException>(() => RiseMask.Fill(1, 0, 7, 0.5, 0, 4, []));
    }

    private static float[] Mask(ulong seed, int index, int cells, double probability, int height, int width)
    {
        var mask = new float[height * width];
        RiseMask.Fill(seed, index, cells, probability, height, width, mask);
        return mask;
    }
}
