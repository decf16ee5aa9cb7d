using System.Numerics.Tensors;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>Writes a component out in the sign that was asked for.</summary>
internal static class ComponentSignRule
{
    /// <summary>Of what counts as zero or equal: far above the rounding of the solver, far below what a map shows.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>Gives the eigenvector times the root of its eigenvalue; zeros where the eigenvalue is not positive.</summary>
    public static void Write(
        this ComponentSign sign,
        ReadOnlySpan<double> eigenvector,
        double eigenvalue,
        ReadOnlySpan<double> centeredMean,
        Span<float> projection
    )
    {
        projection.Clear();
        if (!(eigenvalue > 0))
            return;
        var scale = Math.Sqrt(eigenvalue) * (SignAlong(sign, eigenvector, centeredMean) ?? SignOfLargest(eigenvector));
        for (var i = 0; i < projection.Length; i++)
            projection[i] = (float)(scale * eigenvector[i]);
    }

    private static double? SignAlong(ComponentSign sign, ReadOnlySpan<double> component, ReadOnlySpan<double> centeredMean)
    {
        var product = TensorPrimitives.Dot(component, centeredMean);
        var isZero = Math.Abs(product) <= Tolerance * TensorPrimitives.Norm(component) * TensorPrimitives.Norm(centeredMean);
        return sign == ComponentSign.AlongMean && !isZero ? Math.Sign(product) : null;
    }

    private static double SignOfLargest(ReadOnlySpan<double> component)
    {
        var limit = (1 - Tolerance) * Math.Abs(TensorPrimitives.MaxMagnitude(component));
        foreach (var value in component)
        {
            if (Math.Abs(value) >= limit)
                return value < 0 ? -1 : 1;
        }

        return 1;
    }
}
