using Explain.Engine.Vocabulary;
using Explain.Kernels.LinearAlgebra;

namespace Explain.Engine.Methods.Options;

/// <summary>A sum in the place of an integral from 0 to 1.</summary>
/// <param name="Nodes">Where the integrand is evaluated.</param>
/// <param name="Weights">One a node; their sum is 1, but for a convention that has it otherwise.</param>
internal sealed record Quadrature(double[] Nodes, double[] Weights);

/// <summary>The ways to integrate along a path.</summary>
public static class Quadratures
{
    // csharpier-ignore
    private static readonly Dictionary<string, Func<int, Compat, Quadrature>> Table = new()
    {
        ["gauss-legendre"] = (n, _) => Gauss(n),
        ["riemann-middle"] = (n, _) => Even(n, k => (k + 0.5) / n),
        ["riemann-right"] = (n, _) => Even(n, k => (k + 1.0) / n),
        // Captum divides by the number of nodes, which is one more than there are intervals.
        ["riemann-trapezoid"] = (n, compat) => Trapezoid(n, compat == Compat.Captum ? n : n - 1),
    };

    /// <summary>Names in the API.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>What is used when nothing is asked for; Captum's choice.</summary>
    public const string Default = "gauss-legendre";

    /// <summary>A quadrature of a number of nodes.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>: it cannot have that many.</exception>
    internal static Quadrature Of(string name, int nodes, Compat compat) => Table[name](nodes, compat);

    private static Quadrature Trapezoid(int count, double intervals)
    {
        if (count < 2)
            throw Invalid("quadrature=riemann-trapezoid takes at least 2 samples; riemann-middle takes any number");
        return new Quadrature(
            [.. Enumerable.Range(0, count).Select(k => k / (count - 1.0))],
            [.. Enumerable.Range(0, count).Select(k => (k == 0 || k == count - 1 ? 0.5 : 1) / intervals)]
        );
    }

    private static Quadrature Even(int count, Func<int, double> node) =>
        new([.. Enumerable.Range(0, count).Select(node)], [.. Enumerable.Repeat(1.0 / count, count)]);

    private static Quadrature Gauss(int count)
    {
        if (count > GaussLegendre.MaxPoints)
            throw Invalid($"quadrature=gauss-legendre takes at most {GaussLegendre.MaxPoints} samples; riemann-middle takes any number");
        var (nodes, weights) = (new double[count], new double[count]);
        GaussLegendre.Fill(nodes, weights);
        return new Quadrature(nodes, weights);
    }

    private static ExplainException Invalid(string message) => ExplainException.Parameter("samples", message);
}
