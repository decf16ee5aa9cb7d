using Explain.Kernels.LinearAlgebra;

namespace Explain.Kernels.Tests;

public class GaussLegendreTests
{
    [Fact]
    public void FivePointsEqualTheClosedForm()
    {
        var (points, weights) = Of(5);
        var (inner, outer) = (Math.Sqrt(5 - 2 * Math.Sqrt(10.0 / 7)) / 3, Math.Sqrt(5 + 2 * Math.Sqrt(10.0 / 7)) / 3);
        var (innerWeight, outerWeight) = ((322 + 13 * Math.Sqrt(70)) / 900, (322 - 13 * Math.Sqrt(70)) / 900);
        double[] roots = [-outer, -inner, 0, inner, outer],
            shares = [outerWeight, innerWeight, 128 / 225.0, innerWeight, outerWeight];
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((1 + roots[i]) / 2, points[i], 1e-15);
            Assert.Equal(shares[i] / 2, weights[i], 1e-15);
        }
    }

    [Fact]
    public void OnePointIsTheMiddle() => Assert.Equal((0.5, 1.0), (Of(1).Points[0], Of(1).Weights[0]));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(50)]
    [InlineData(199)]
    [InlineData(200)]
    public void PolynomialsUpToTwiceThePointsAreIntegratedExactly(int n)
    {
        var (points, weights) = Of(n);
        for (var degree = 0; degree < 2 * n; degree++)
            Assert.Equal(1.0 / (degree + 1), points.Zip(weights, (x, w) => w * Math.Pow(x, degree)).Sum(), 2e-14);
    }

    [Fact]
    public void ADegreeMoreIsNotIntegratedExactly()
    {
        var (points, weights) = Of(3);
        Assert.NotEqual(1.0 / 7, points.Zip(weights, (x, w) => w * Math.Pow(x, 6)).Sum(), 1e-4);
    }

    [Fact]
    public void PointsRiseWithinThePathAndAreSymmetricForEveryCount()
    {
        for (var n = 1; n <= GaussLegendre.MaxPoints; n++)
        {
            var (points, weights) = Of(n);
            for (var i = 0; i < n; i++)
            {
                Assert.True(points[i] > (i > 0 ? points[i - 1] : 0) && points[i] < 1 && weights[i] > 0);
                Assert.Equal(1, points[i] + points[n - 1 - i], 1e-15);
                Assert.Equal(weights[i], weights[n - 1 - i]);
            }
            Assert.Equal(1, weights.Sum(), 1e-13);
        }
    }

    [Fact]
    public void TheGoldenNetHasTheIntegratedGradientsOfCaptum()
    {
        // captum/IG gausslegendre50 of shared/reference/golden.json; gradients by central differences.
        var (points, weights) = Of(50);
        var attribution = new float[12];
        for (var k = 0; k < 50; k++)
        {
            for (var i = 0; i < 12; i++)
            {
                var (above, below) = (OnPath(points[k]), OnPath(points[k]));
                (above[i], below[i]) = (above[i] + 1e-3f, below[i] - 1e-3f);
                attribution[i] += (float)(
                    weights[k] * GoldenNet.Values[i] * (GoldenNet.Logit(above) - GoldenNet.Logit(below)) / (above[i] - below[i])
                );
            }
        }

        float[] expected = [0.307846f, -0.139096f, 0, -0.047075f, 0, 0.43125f, 0, 0.56414f, 0.015625f, -0.130086f, 0.337234f, 0];
        Samples.AssertClose(expected, attribution, 2e-6f);
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(201));
        Assert.Throws<ArgumentException>(() => GaussLegendre.Fill(new double[3], new double[4]));
    }

    private static float[] OnPath(double alpha) => Array.ConvertAll(GoldenNet.Values, v => (float)(alpha * v));

    private static (double[] Points, double[] Weights) Of(int n)
    {
        var (points, weights) = (new double[n], new double[n]);
        GaussLegendre.Fill(points, weights);
        return (points, weights);
    }
}
