using System.Numerics.Tensors;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>A weighted least squares problem, collected row by row and solved by Cholesky's decomposition.</summary>
/// <param name="unknowns">Number of unknowns, zero or more.</param>
internal sealed class NormalEquations(int unknowns)
{
    /// <summary>Of a pivot to the diagonal it comes from: below, the unknown is a mix of earlier ones up to rounding.</summary>
    private const double Singular = 1e-12;

    private readonly double[] _matrix = new double[unknowns * unknowns];
    private readonly double[] _right = new double[unknowns];

    /// <summary>Adds the equation <c>row . unknowns = target</c>; only the lower triangle is kept.</summary>
    public void Add(ReadOnlySpan<double> row, double target, double weight)
    {
        for (var i = 0; i < unknowns; i++)
        {
            var part = _matrix.AsSpan(i * unknowns, i + 1);
            TensorPrimitives.MultiplyAdd(row[..(i + 1)], weight * row[i], part, part);
            _right[i] += weight * row[i] * target;
        }
    }

    /// <summary>Adds <c>penalty * |unknowns|^2</c> to what is minimised.</summary>
    public void Penalize(double penalty)
    {
        for (var i = 0; i < unknowns; i++)
            _matrix[i * unknowns + i] += penalty;
    }

    /// <summary>Solves the equations, once.</summary>
    /// <param name="solution">Receives [unknowns].</param>
    /// <returns>False when the equations do not determine every unknown.</returns>
    public bool TrySolve(Span<double> solution)
    {
        for (var i = 0; i < unknowns; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var value = At(i, j) - TensorPrimitives.Dot<double>(Row(i, j), Row(j, j));
                if (i == j && !(value > Singular * At(i, i)))
                    return false;
                At(i, j) = i == j ? Math.Sqrt(value) : value / At(j, j);
            }
        }

        for (var i = 0; i < unknowns; i++)
            solution[i] = (_right[i] - TensorPrimitives.Dot(Row(i, i), solution[..i])) / At(i, i);
        for (var i = unknowns - 1; i >= 0; i--)
        {
            solution[i] /= At(i, i);
            TensorPrimitives.MultiplyAdd(Row(i, i), -solution[i], solution[..i], solution[..i]);
        }
        return true;
    }

    private ReadOnlySpan<double> Row(int i, int length) => _matrix.AsSpan(i * unknowns, length);

    private ref double At(int i, int j) => ref _matrix[i * unknowns + j];
}
