using Explain.Kernels.LinearAlgebra;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class KernelPrincipalComponentTests
{
    [Fact]
    public void TheGoldenNetHasTheMapOfKpcaCam()
    {
        // pytorch-grad-cam with scikit-learn, float32 to 6 decimals (shared/reference/golden.json).
        float[] expected = [-0.42567f, 0.253343f, 0.070745f, -0.223083f, 0.915238f, -0.590573f];
        AssertClose(expected, Project(GoldenNet.Values, 2, ComponentSign.LargestPositive), 2e-6f);
        AssertClose(expected, Project(GoldenNet.Values, 2, ComponentSign.AlongMean), 2e-6f);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 7)]
    [InlineData(8, 16)]
    [InlineData(17, 33)]
    [InlineData(5, 49)]
    public void AnyMapsHaveTheComponentOfAJacobiDecomposition(int channels, int area)
    {
        foreach (var sign in Enum.GetValues<ComponentSign>())
        {
            foreach (var scale in new[] { 0.01f, 1f })
            {
                var maps = Array.ConvertAll(Floats(channels * area), v => v * scale);
                var expected = Reference.SigmoidKernelProjection(maps, channels, area, sign);
                AssertClose(expected, Project(maps, channels, sign), 1e-6f * expected.Max(MathF.Abs));
            }
        }
    }

    [Fact]
    public void FaintMapsComeNearTheLinearComponent()
    {
        // tanh(a + 1) has the slope 1 - tanh(1)^2 at a = 0, so the projection is the linear one times sqrt(slope / channels).
        var maps = Array.ConvertAll(Scattered(4 * 20), v => v * 1e-6f);
        var linear = new float[20];
        PrincipalComponent.Project(maps, 4, ComponentSign.AlongMean, linear);
        var factor = MathF.Sqrt((1 - MathF.Tanh(1) * MathF.Tanh(1)) / 4);
        AssertClose(Array.ConvertAll(linear, v => v * factor), Project(maps, 4, ComponentSign.AlongMean), 1e-6f * linear.Max());
    }

    [Fact]
    public void WithoutContrastTheProjectionIsZero()
    {
        foreach (var maps in new float[][] { new float[12], [.. Enumerable.Repeat(0.1f, 12)] })
            AssertSameBits(new float[4], Project(maps, 3, ComponentSign.AlongMean));
        AssertSameBits(new float[1], Project([1, 2, 3], 3, ComponentSign.AlongMean));
        Assert.Empty(Project([], 3, ComponentSign.AlongMean));
    }

    [Fact]
    public void AnIndefiniteKernelHasTheComponentOfItsLargestEigenvalue()
    {
        // The eigenvalues of this centred kernel matrix are -1.407, 0, 1.923 and 2.026 (NumPy).
        float[] maps = [-0.4f, -1, -4.6f, -4.1f, 1.9f, -2.5f, -0.2f, 3.3f];
        var projection = Project(maps, 2, ComponentSign.AlongMean);
        Assert.Equal(2.02642670, projection.Sum(v => (double)v * v), 1e-5);
        AssertClose(Reference.SigmoidKernelProjection(maps, 2, 4, ComponentSign.AlongMean), projection, 2e-6f);
    }

    [Fact]
    public void NaNCountsAsZeroAndInfinityMakesTheAnswerNaN()
    {
        var sign = ComponentSign.AlongMean;
        AssertSameBits(Project([0, 2, 5, 1, 0, 7], 2, sign), Project([float.NaN, 2, 5, 1, float.NaN, 7], 2, sign));
        Assert.All(Project([1, 2, float.PositiveInfinity, 4], 2, sign), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var maps = new float[8];
        Assert.Throws<ArgumentException>(() => KernelPrincipalComponent.Project(maps, 3, ComponentSign.AlongMean, new float[3]));
        Assert.Throws<ArgumentException>(() => KernelPrincipalComponent.Project([], 0, ComponentSign.AlongMean, new float[4]));
        Assert.Throws<ArgumentException>(() => KernelPrincipalComponent.Project(maps, 2, ComponentSign.AlongMean, maps.AsSpan(0, 4)));
    }

    private static float[] Project(float[] maps, int channels, ComponentSign sign)
    {
        var projection = new float[maps.Length / channels];
        KernelPrincipalComponent.Project(maps, channels, sign, projection);
        return projection;
    }
}
