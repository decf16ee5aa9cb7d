using Explain.Kernels.LinearAlgebra;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class PrincipalComponentTests
{
    // pytorch-grad-cam on the golden net, float32 to 6 decimals, up to LAPACK's sign (shared/reference/golden.json).
    // csharpier-ignore
    public static TheoryData<string, float[], float[]> GoldenCases => new()
    {
        { "EigenCAM", GoldenNet.Values, [-0.817763f, 0.300222f, -0.139647f, -0.605676f, 2.30841f, -1.045545f] },
        { "EigenGradCAM", Times(GoldenNet.Values, GoldenNet.Gradients), [-0.277424f, 0.565381f, -0.015778f, 0.090133f, -0.02668f, -0.335633f] },
        { "SegEigenCAM", Times(GoldenNet.Values, Array.ConvertAll(GoldenNet.Gradients, MathF.Abs)), [-0.143917f, 0.52685f, -0.109097f, -0.000759f, -0.124698f, -0.148379f] },
        { "eigen_smooth", Weighted(0.05f / 6, 1.225f / 6), [-0.170142f, 0.034063f, -0.118991f, -0.017145f, 0.442415f, -0.170199f] },
    };

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void TheGoldenNetHasTheComponentsOfPytorchGradCam(string method, float[] maps, float[] expected)
    {
        AssertClose(expected, Project(maps, 2, ComponentSign.LargestPositive), 2e-6f, method);
        // The values of gradient times value average to a map that runs, by a hair, against the component's peak.
        var along = method == "EigenGradCAM" ? -1 : 1;
        AssertClose(Array.ConvertAll(expected, v => along * v), Project(maps, 2), 2e-6f, method);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(2, 2)]
    [InlineData(7, 3)]
    [InlineData(3, 49)]
    [InlineData(64, 49)]
    [InlineData(49, 64)]
    [InlineData(130, 17)]
    [InlineData(40, 81)]
    public void AnyMapsHaveTheComponentOfAJacobiDecomposition(int channels, int area)
    {
        foreach (var seed in new[] { 1, 2 })
        {
            var maps = Floats(channels * area, seed);
            var expected = Reference.PrincipalProjection(maps, channels, area, ComponentSign.AlongMean);
            AssertClose(expected, Project(maps, channels), 1e-6f * expected.Max(MathF.Abs));
        }
    }

    [Theory]
    [InlineData(1e-2)]
    [InlineData(1e-4)]
    [InlineData(1e-6)]
    [InlineData(1e-7)]
    public void NearlyEqualSingularValuesAreToldApart(double gap)
    {
        foreach (var (channels, area) in new[] { (12, 49), (49, 12), (60, 60) })
        {
            // Rounding the maps to float turns their components; what counts are the components of the rounded maps.
            var (maps, _) = Reference.MapsWithSingularValues([1, 1 - gap, 0.9, 0.5, 0.1], channels, area);
            var expected = Reference.PrincipalProjection(maps, channels, area, ComponentSign.AlongMean);
            AssertClose(expected, Project(maps, channels), 1e-6f * expected.Max(MathF.Abs));
        }
    }

    [Fact]
    public void LargeMapsWithKnownComponentsAreSolved()
    {
        foreach (var (channels, area) in new[] { (2048, 196), (256, 784) })
        {
            var (maps, expected) = Reference.MapsWithSingularValues([5, 4.9, 4, 3, 2, 1, 0.5, 0.2], channels, area);
            AssertClose(expected, Project(maps, channels), 2e-6f * expected.Max(MathF.Abs));
        }
    }

    [Fact]
    public void EqualSingularValuesGiveAUnitComponentOfTheirSpaceAndAlwaysTheSame()
    {
        // Two orthogonal maps of equal length and mean 0: every mix of them is a first component, of singular value 2.
        float[] maps = [1, 1, -1, -1, 1, -1, 1, -1];
        var projection = Project(maps, 2);
        Assert.Equal(4f, projection.Sum(v => v * v), 1e-6f);
        Assert.Equal(0f, projection[0] + projection[3], 1e-6f);
        AssertSameBits(projection, Project(maps, 2));
    }

    [Fact]
    public void TheProjectionCorrelatesWithTheMeanMap()
    {
        foreach (var seed in Enumerable.Range(1, 50))
        {
            var maps = Floats(6 * 30, seed);
            var projection = Project(maps, 6);
            var correlation = 0.0;
            for (var i = 0; i < maps.Length; i++)
                correlation += (double)maps[i] * projection[i % 30];
            Assert.True(correlation > 0);
            Assert.Equal(0, projection.Average(), 1e-4f * projection.Max(MathF.Abs));

            var largest = Project(maps, 6, ComponentSign.LargestPositive);
            Assert.Equal(largest.Max(MathF.Abs), largest.Max());
            Assert.Contains(projection, value => value != 0);
            AssertSameBits([.. projection.Select(MathF.Abs)], [.. largest.Select(MathF.Abs)]);
        }
    }

    [Fact]
    public void ReversedMapsGiveReversedProjections()
    {
        var maps = Floats(6 * 30);
        AssertClose(Array.ConvertAll(Project(maps, 6), v => -v), Project(Array.ConvertAll(maps, v => -v), 6), 1e-3f);
    }

    [Fact]
    public void WithoutAMeanTheFirstLargestValueIsPositive()
    {
        Assert.Equal([1, -1], Array.ConvertAll(Project([3, -3, -3, 3], 2), v => MathF.Sign(v)));
        Assert.Equal([1, -1], Array.ConvertAll(Project([-3, 3, 3, -3], 2), v => MathF.Sign(v)));
    }

    [Fact]
    public void OneChannelGivesItsCentredSelf() => AssertClose([-2, 0, 3, -1], Project([1, 3, 6, 2], 1), 1e-6f);

    [Fact]
    public void WithoutContrastTheProjectionIsZero()
    {
        foreach (
            var maps in new float[][]
            {
                new float[12],
                [.. Enumerable.Repeat(0.1f, 12)],
                [0.1f, 0.1f, 0.1f, 0.1f, 7e8f, 7e8f, 7e8f, 7e8f, -3, -3, -3, -3],
            }
        )
        {
            AssertSameBits(new float[4], Project(maps, 3));
        }

        AssertSameBits(new float[1], Project([1, 2, 3], 3));
        AssertSameBits(new float[4], Project([], 0, area: 4));
        Assert.Empty(Project([], 3));
    }

    [Fact]
    public void NaNCountsAsZeroAndInfinityMakesTheAnswerNaN()
    {
        AssertSameBits(Project([0, 2, 5, 1, 0, 7], 2), Project([float.NaN, 2, 5, 1, float.NaN, 7], 2));
        Assert.All(Project([1, 2, float.PositiveInfinity, 4], 2), value => Assert.True(float.IsNaN(value)));
        Assert.All(Project([1, float.NegativeInfinity, float.PositiveInfinity, 4], 1), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(1e-42f)]
    [InlineData(1e-20f)]
    [InlineData(1e30f)]
    public void TheScaleOfTheMapsDoesNotMatter(float scale)
    {
        float[] maps = [1, 2, 5, 1, 0, 7, 3, 3, 2];
        var expected = Array.ConvertAll(Project(maps, 3), v => v * scale);
        AssertClose(expected, Project(Array.ConvertAll(maps, v => v * scale), 3), 3e-7f * 6 * scale + float.Epsilon * 9);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        var maps = new float[8];
        Assert.Throws<ArgumentException>(() => PrincipalComponent.Project(maps, 3, ComponentSign.AlongMean, new float[3]));
        Assert.Throws<ArgumentException>(() => PrincipalComponent.Project(maps, -2, ComponentSign.AlongMean, new float[4]));
        Assert.Throws<ArgumentException>(() => PrincipalComponent.Project(maps, 2, ComponentSign.AlongMean, maps.AsSpan(0, 4)));
    }

    private static float[] Project(float[] maps, int channels, ComponentSign sign = ComponentSign.AlongMean, int? area = null)
    {
        var projection = new float[area ?? maps.Length / Math.Max(1, channels)];
        PrincipalComponent.Project(maps, channels, sign, projection);
        return projection;
    }

    private static float[] Times(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x * y)];

    private static float[] Weighted(float first, float second) => [.. GoldenNet.Values.Select((v, i) => v * (i < 6 ? first : second))];
}
