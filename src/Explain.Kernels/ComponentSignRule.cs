using System.Numerics.Tensors;

namespace Explain.Kernels;

/// <summary>Turns a component to the sign that was asked for.</summary>
internal static class ComponentSignRule
{
    /// <summary>Of what counts as zero or equal: far above the rounding of the solver, far below what a map shows.</summary>
    private const double Tolerance = 1e-9;

    public static void Apply(this ComponentSign sign, Span<double> component, ReadOnlySpan<double> centeredMean)
    {
        if (sign == ComponentSign.AlongMean)
        {
            var product = TensorPrimitives.Dot(component, centeredMean);
            var isZero = Math.Abs(product) <= Tolerance * TensorPrimitives.Norm<double>(component) * TensorPrimitives.Norm(centeredMean);
            if (!isZero)
            {
                TensorPrimitives.Multiply(component, Math.Sign(product), component);
                return;
            }
        }
        TensorPrimitives.Multiply(component, SignOfLargest(component), component);
    }

    private static double SignOfLargest(ReadOnlySpan<double> component)
    {
        var limit = component.IsEmpty ? 0 : (1 - Tolerance) * Math.Abs(TensorPrimitives.MaxMagnitude(component));
        foreach (var value in component)
            if (Math.Abs(value) >= limit)
                return value < 0 ? -1 : 1;
        return 1;
    }
}
