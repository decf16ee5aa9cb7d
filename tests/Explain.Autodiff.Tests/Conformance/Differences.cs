using System.Globalization;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Tests.Conformance;

/// <summary>Central differences of Σ cotangent · output along a direction.</summary>
/// <param name="session">The forward model.</param>
/// <param name="isDouble">Whether it computes in float64.</param>
/// <param name="floats">Where the differences are taken.</param>
/// <param name="others">Inputs that are no floats.</param>
internal sealed class Differences(
    TypedSession session,
    bool isDouble,
    IReadOnlyDictionary<string, Tensor> floats,
    IReadOnlyDictionary<string, TensorProto> others
)
{
    // The gradient itself is float32. Without float64 kernels rounding is divided by the step: an extrapolated difference of a wide one is
    // exact to its fourth power.
    private double Step => isDouble ? 1e-6 : 1e-2;

    private double Tolerance => isDouble ? 1e-4 : 2e-3;

    private double Rounding => isDouble ? 1e-9 : 2e-5;

    /// <summary>How the gradient's derivative along the direction differs from the difference; null when it does not.</summary>
    /// <param name="output">Differentiated output.</param>
    /// <param name="cotangent">Shaped like it.</param>
    /// <param name="input">Differentiated by this.</param>
    /// <param name="direction">Shaped like the input.</param>
    /// <param name="gradient">The gradient found, or null for zero.</param>
    public string? Disagreement(string output, Tensor cotangent, string input, Tensor direction, Tensor? gradient)
    {
        if (gradient is not null && !gradient.Shape.SequenceEqual(direction.Shape))
            return $"the gradient has shape [{string.Join(", ", gradient.Shape)}] instead of [{string.Join(", ", direction.Shape)}]";
        var found = gradient?.Dot(direction) ?? 0;
        var expected = isDouble ? Central(1) : (4 * Central(1) - Central(2)) / 3;
        var (size, scale) = (
            Math.Max(Length(gradient, direction), Math.Abs(expected)),
            Run(0)[output].Values.Zip(cotangent.Values, (a, b) => Math.Abs(a * b)).Sum()
        );
        return Math.Abs(found - expected) <= Tolerance * size + Rounding * scale
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{found:G6} instead of {expected:G6} (differences in {(isDouble ? "float64" : "float32")})"
            );

        Dictionary<string, Tensor> Run(double by) =>
            session.Run(
                new Dictionary<string, Tensor>(floats)
                {
                    [input] = floats[input] with { Values = [.. floats[input].Values.Zip(direction.Values, (v, d) => v + by * d)] },
                },
                others
            );

        double Central(int steps) =>
            (Run(steps * Step)[output].Dot(cotangent) - Run(-steps * Step)[output].Dot(cotangent)) / (2 * steps * Step);
    }

    // What the sum would be if its terms were independent: it may cancel by chance.
    private static double Length(Tensor? gradient, Tensor direction) =>
        gradient is null ? 0 : Math.Sqrt(gradient.Values.Zip(direction.Values, (g, d) => g * d * g * d).Sum());
}
