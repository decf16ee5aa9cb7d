using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Explain.Evaluation.Clusters;

/// <summary>Points whose distances tell the parts of a graph apart (Ng, Jordan, Weiss 2001, On Spectral Clustering).</summary>
/// <param name="Points">A point of each node, of length one, with as many coordinates as there are parts.</param>
/// <param name="Eigenvalues">The smallest ones of the normalised Laplacian, ascending, one more than parts were looked for.</param>
internal sealed record SpectralEmbedding(IReadOnlyList<double[]> Points, IReadOnlyList<double> Eigenvalues)
{
    /// <summary>
    /// From the eigenvectors of the symmetric normalised Laplacian, I − D^−½ A D^−½, before the largest gap between neighbouring
    /// eigenvalues (von Luxburg 2007, A Tutorial on Spectral Clustering, section 8.3).
    /// </summary>
    /// <param name="affinity">Symmetric [n, n], not negative, every node with a neighbour.</param>
    /// <param name="most">The most parts, less than there are nodes.</param>
    public static SpectralEmbedding Of(double[,] affinity, int most)
    {
        var count = affinity.GetLength(0);
        var scale = new double[count];
        for (var i = 0; i < count; i++)
            scale[i] = 1 / Math.Sqrt(Enumerable.Range(0, count).Sum(j => affinity[i, j]));
        var laplacian = DenseMatrix.Create(count, count, (i, j) => (i == j ? 1 : 0) - scale[i] * affinity[i, j] * scale[j]);
        var pairs = laplacian.Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);
        double[] values = [.. pairs.EigenValues.Take(most + 1).Select(value => value.Real)];
        var parts = Enumerable.Range(1, most).MaxBy(i => values[i] - values[i - 1]);
        var points = new double[count][];
        for (var i = 0; i < count; i++)
        {
            points[i] = [.. Enumerable.Range(0, parts).Select(part => pairs.EigenVectors[i, part])];
            TensorPrimitives.Divide(points[i], TensorPrimitives.Norm<double>(points[i]), points[i]);
        }
        return new SpectralEmbedding(points, values);
    }
}
