using Explain.Kernels.LinearAlgebra;
using Explain.Kernels.Sampling;

namespace Explain.Kernels.Tests;

public class LanczosTests
{
    public static TheoryData<double[]> Spectra =>
        new(
            [3.0],
            [0.0],
            [-2.0],
            [0, 0, 0],
            [-5, 1, 2],
            [-5, -4, -3],
            [2, 2, 1],
            [1, 1 - 1e-9, 0.5, -1],
            [1e-90, 1e-91],
            [1e90, -1e91, 1e89],
            [.. Enumerable.Range(0, 60).Select(i => Math.Cos(i))],
            [.. Enumerable.Range(0, 300).Select(i => 1 - 1e-6 * i)]
        );

    [Theory]
    [MemberData(nameof(Spectra))]
    public void TheLargestEigenvalueIsFoundWhateverItsSign(double[] spectrum)
    {
        var (multiply, start, vector) = Problem(spectrum);
        var (value, scale) = (Lanczos.Largest(multiply, start, vector), spectrum.Max(Math.Abs));
        Assert.Equal(spectrum.Max(), value, 1e-13 * scale);

        var image = new double[spectrum.Length];
        multiply(vector, image);
        Assert.All(image.Zip(vector), pair => Assert.Equal(value * pair.Second, pair.First, 1e-13 * scale));
        Assert.Equal(1, vector.Sum(v => v * v), 1e-13);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-8)]
    public void ANearlyEqualEigenvalueDoesNotLeakIntoTheVector(double gap)
    {
        double[] spectrum = [1, 1 - gap, .. Enumerable.Range(0, 200).Select(i => 0.99 * i / 200)];
        var (multiply, start, vector) = Problem(spectrum);
        Lanczos.Largest(multiply, start, vector);

        // Back in the basis of the eigenvectors only the first coordinate is left.
        Reflect(vector);
        Assert.Equal(1, Math.Abs(vector[0]), 1e-13);
        Assert.All(vector.Skip(1), coordinate => Assert.Equal(0, coordinate, 1e-13 / gap));
    }

    [Fact]
    public void AZeroStartGivesZero()
    {
        double[] vector = [5, 5];
        Assert.Equal(0, Lanczos.Largest((_, product) => product.Fill(1), new double[2], vector));
        Assert.Equal([0, 0], vector);
    }

    [Fact]
    public void TheTopOfATridiagonalMatrixIsExact()
    {
        // The second difference matrix has the eigenvalues 2 - 2 cos(k pi / (n + 1)) and sine vectors.
        foreach (var n in new[] { 1, 2, 3, 10, 500 })
        {
            double[] diagonal = [.. Enumerable.Repeat(2.0, n)],
                offDiagonal = [.. Enumerable.Repeat(-1.0, n - 1)];
            var top = TopEigenpair.Of(diagonal, offDiagonal);
            Assert.Equal(2 - 2 * Math.Cos(n * Math.PI / (n + 1)), top.Value, 1e-14);
            var sign = Math.Sign(top.Vector[0]);
            for (var i = 0; i < n; i++)
                Assert.Equal(Math.Sqrt(2.0 / (n + 1)) * Math.Sin(n * Math.PI * (i + 1) / (n + 1)), sign * top.Vector[i], 1e-9);
        }
    }

    [Fact]
    public void AnEigenvalueThatMeetsThePivotExactlyIsHandled()
    {
        var top = TopEigenpair.Of([1, 1], [1]);
        Assert.Equal(2, top.Value);
        Assert.Equal(Math.Sqrt(0.5), top.Vector[0], 1e-15);
        Assert.Equal(Math.Sqrt(0.5), top.Vector[1], 1e-15);
        Assert.Equal(1e-10, TopEigenpair.Of([1, 0], [1e-10]).Vector[1], 1e-24);
        Assert.Equal(1e-10, TopEigenpair.Of([0, 1], [1e-10]).Vector[0], 1e-24);
    }

    /// <summary>A full matrix with the given eigenvalues: the diagonal between two reflections.</summary>
    private static (SymmetricProduct Multiply, double[] Start, double[] Vector) Problem(double[] spectrum)
    {
        var random = new RandomStream(3);
        return (Multiply, [.. spectrum.Select(_ => random.NextGaussian())], new double[spectrum.Length]);

        void Multiply(ReadOnlySpan<double> vector, Span<double> product)
        {
            vector.CopyTo(product);
            Reflect(product);
            for (var i = 0; i < product.Length; i++)
                product[i] *= spectrum[i];
            Reflect(product);
        }
    }

    /// <summary>Householder's reflection along (1, 2, 3, ...).</summary>
    private static void Reflect(Span<double> vector)
    {
        var (product, square) = (0.0, 0.0);
        for (var i = 0; i < vector.Length; i++)
            (product, square) = (product + (i + 1) * vector[i], square + (i + 1.0) * (i + 1));
        for (var i = 0; i < vector.Length; i++)
            vector[i] -= 2 * product / square * (i + 1);
    }
}
