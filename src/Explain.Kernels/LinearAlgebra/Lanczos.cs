using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>Multiplies a symmetric matrix by a vector.</summary>
/// <param name="vector">[n].</param>
/// <param name="product">Receives [n]; holds anything before.</param>
internal delegate void SymmetricProduct(ReadOnlySpan<double> vector, Span<double> product);

/// <summary>The largest eigenvalue of a symmetric matrix that is known by its products only (Lanczos 1950).</summary>
internal static class Lanczos
{
    /// <summary>Of the residual, relative to the norm of the matrix: what double precision allows with some room.</summary>
    private const double Tolerance = 1e-14;

    /// <summary>
    /// Finds the algebraically largest eigenvalue and its vector. Every Lanczos vector is orthogonalised against all before it,
    /// twice, so there are no ghost eigenvalues and the recursion ends after at most rank + 1 steps.
    /// </summary>
    /// <remarks>
    /// The error of the vector is about 1e-14 times the norm over the distance to the next eigenvalue. Between equal eigenvalues the
    /// vector is the part of their space that the start vector points at. The start must not be orthogonal to the wanted vector, which a
    /// vector of random numbers never is.
    /// </remarks>
    /// <param name="multiply">The matrix [n, n], its norm in 1e-100 to 1e100: squares are taken.</param>
    /// <param name="start">[n], best in the range of the matrix.</param>
    /// <param name="eigenvector">Receives [n], of length one; zeros when the start is zero.</param>
    /// <returns>The eigenvalue; 0 when the start is zero.</returns>
    public static double Largest(SymmetricProduct multiply, ReadOnlySpan<double> start, Span<double> eigenvector)
    {
        var (basis, diagonal, offDiagonal) = (new List<double[]>(), new List<double>(), new List<double>());
        var next = start.ToArray();
        var length = TensorPrimitives.Norm<double>(next);
        eigenvector.Clear();
        if (length == 0)
            return 0;

        while (true)
        {
            TensorPrimitives.Divide(next, length, next);
            basis.Add(next);
            var image = new double[next.Length];
            multiply(next, image);
            diagonal.Add(TensorPrimitives.Dot<double>(next, image));
            Orthogonalize(image, basis);
            length = TensorPrimitives.Norm<double>(image);

            var ritz = TopEigenpair.Of(CollectionsMarshal.AsSpan(diagonal), CollectionsMarshal.AsSpan(offDiagonal));
            if (length * Math.Abs(ritz.Vector[^1]) <= Tolerance * ritz.MatrixNorm || basis.Count == start.Length)
            {
                for (var i = 0; i < basis.Count; i++)
                    TensorPrimitives.MultiplyAdd(basis[i], ritz.Vector[i], eigenvector, eigenvector);
                return ritz.Value;
            }
            offDiagonal.Add(length);
            next = image;
        }
    }

    private static void Orthogonalize(Span<double> vector, List<double[]> basis)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var direction in basis)
                TensorPrimitives.MultiplyAdd(direction, -TensorPrimitives.Dot(direction, vector), vector, vector);
        }
    }
}
