using Explain.Kernels.Images;

namespace Explain.Kernels.Tests;

public class UpsampleBicubicTests
{
    // Of OpenCV 4.13 without IPP.
    [Fact]
    public void ValuesAreThoseOfOpenCv()
    {
        // csharpier-ignore
        Assert.Equal(
            [
                1.1587254f, 0.6708323f, -0.6543993f, -1.9025205f, -2.0641882f, -1.064627f, 0.070203476f, 0.4587034f,
                2.3323364f, 1.8420258f, 0.44813538f, -0.81062317f, -0.7464905f, 0.61087036f, 2.0802917f, 2.6100311f,
                3.5059476f, 3.0132196f, 1.5506701f, 0.28127432f, 0.5712075f, 2.286368f, 4.09038f, 4.7613587f,
            ],
            Resized([1, -2, 0.5f, 3, 0, 4], 2, 3, 3, 8)
        );
        Assert.Equal(
            [0.5024414f, 1.1040039f, 2.0444336f, 2.645996f, 5.354004f, 5.9555664f, 6.895996f, 7.4975586f],
            Resized([0, 1, 2, 3, 4, 5, 6, 7, 8], 3, 3, 2, 4)
        );
    }

    // Half way between two samples the weights are -3/32, 19/32, 19/32, -3/32.
    [Fact]
    public void HalfWayBetweenSamplesTheWeightsAreThoseOfTheFormula() =>
        Assert.Equal([(-3f * 16 + 19 * 32 + 19 * 64 - 3 * 0) / 32], Resized([16, 32, 64, 0], 1, 4, 1, 1));

    [Fact]
    public void TheSameSizeIsACopy() => Assert.Equal([1, 5, -2, 7, 0, 3], Resized([1, 5, -2, 7, 0, 3], 2, 3, 2, 3));

    [Fact]
    public void OneSampleFillsEverything() => Assert.All(Resized([3], 1, 1, 4, 5), value => Assert.Equal(3, value, 1e-6f));

    [Fact]
    public void WrongSidesAreRefused() => Assert.Throws<ArgumentException>(() => Resized([1, 2], 2, 2, 4, 4));

    private static float[] Resized(float[] source, int height, int width, int toHeight, int toWidth)
    {
        var resized = new float[toHeight * toWidth];
        Upsample.Bicubic(source, height, width, resized, toHeight, toWidth);
        return resized;
    }
}
