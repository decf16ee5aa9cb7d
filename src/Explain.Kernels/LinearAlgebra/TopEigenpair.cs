using System.Numerics.Tensors;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>The largest eigenvalue of a symmetric tridiagonal matrix, with its vector.</summary>
/// <param name="Value">Exact to the rounding of the matrix.</param>
/// <param name="Vector">Of length one.</param>
/// <param name="MatrixNorm">An upper bound of the spectral norm, by Gershgorin's discs.</param>
internal readonly record struct TopEigenpair(double Value, double[] Vector, double MatrixNorm)
{
    /// <summary>
    /// Bisects for the eigenvalue by the signs of the pivots (Givens 1954) and reads the vector off the factorisation that is twisted
    /// where it is nearest to singular (Fernando 1997): there is no iteration that could settle on another vector.
    /// </summary>
    /// <param name="diagonal">[n], one or more.</param>
    /// <param name="offDiagonal">[n - 1], none of them zero.</param>
    public static TopEigenpair Of(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var (low, high, norm) = Gershgorin(diagonal, offDiagonal);
        for (var middle = Middle(low, high); middle > low && middle < high; middle = Middle(low, high))
            (low, high) = IsAboveAll(middle, diagonal, offDiagonal) ? (low, middle) : (middle, high);
        return new TopEigenpair(high, VectorOf(high, diagonal, offDiagonal), norm);
    }

    private static double Middle(double low, double high) => low + (high - low) / 2;

    private static (double Low, double High, double Norm) Gershgorin(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < diagonal.Length; i++)
        {
            var radius = (i > 0 ? Math.Abs(offDiagonal[i - 1]) : 0) + (i < offDiagonal.Length ? Math.Abs(offDiagonal[i]) : 0);
            (low, high) = (Math.Min(low, diagonal[i] - radius), Math.Max(high, diagonal[i] + radius));
        }
        return (low, high, Math.Max(Math.Abs(low), Math.Abs(high)));
    }

    /// <summary>Whether every pivot of the matrix minus the value is negative, so that every eigenvalue is smaller.</summary>
    private static bool IsAboveAll(double value, ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var pivot = diagonal[0] - value;
        for (var i = 1; i < diagonal.Length && pivot < 0; i++)
            pivot = diagonal[i] - value - offDiagonal[i - 1] * offDiagonal[i - 1] / pivot;
        return pivot < 0;
    }

    private static double[] VectorOf(double value, ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var n = diagonal.Length;
        var (down, up) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
            down[i] = diagonal[i] - value - (i > 0 ? offDiagonal[i - 1] * offDiagonal[i - 1] / down[i - 1] : 0);
        for (var i = n - 1; i >= 0; i--)
            up[i] = diagonal[i] - value - (i < n - 1 ? offDiagonal[i] * offDiagonal[i] / up[i + 1] : 0);

        // A pivot of zero makes its neighbour infinite; such a position is never the one nearest to singular.
        var (twist, smallest) = (0, double.PositiveInfinity);
        for (var i = 0; i < n; i++)
        {
            var residual = Math.Abs(down[i] + up[i] - (diagonal[i] - value));
            if (residual < smallest)
                (twist, smallest) = (i, residual);
        }

        var vector = new double[n];
        vector[twist] = 1;
        for (var i = twist - 1; i >= 0; i--)
            vector[i] = -offDiagonal[i] / down[i] * vector[i + 1];
        for (var i = twist + 1; i < n; i++)
            vector[i] = -offDiagonal[i - 1] / up[i] * vector[i - 1];
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
        return vector;
    }
}
