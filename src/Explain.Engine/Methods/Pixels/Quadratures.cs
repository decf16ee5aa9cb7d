using Explain.Kernels;

namespace Explain.Engine.Methods.Pixels;

/// <summary>A sum in the place of an integral from 0 to 1.</summary>
/// <param name="Nodes">Where the integrand is evaluated.</param>
/// <param name="Weights">One a node; their sum is 1.</param>
internal sealed record Quadrature(double[] Nodes, double[] Weights);

/// <summary>The ways to integrate along a path.</summary>
public static class Quadratures
{
    private static readonly Dictionary<string, Func<int, Quadrature>> Table = new()
    {
        ["gauss-legendre"] = Gauss,
        ["riemann-middle"] = n => Even(n, k => (k + 0.5) / n),
        ["riemann-right"] = n => Even(n, k => (k + 1.0) / n),
    };

    /// <summary>Names in the API.</summary>
    public static IReadOnlyCollection<string> Names => Table.Keys;

    /// <summary>What is used when nothing is asked for; Captum's choice.</summary>
    public const string Default = "gauss-legendre";

    /// <summary>A quadrature of a number of nodes.</summary>
    internal static Quadrature Of(string name, int nodes) => Table[name](nodes);

    private static Quadrature Even(int count, Func<int, double> node) => new([.. Enumerable.Range(0, count).Select(node)], [.. Enumerable.Repeat(1.0 / count, count)]);

    private static Quadrature Gauss(int count)
    {
        if (count > GaussLegendre.MaxPoints)
        {
            var message = $"quadrature=gauss-legendre takes at most {GaussLegendre.MaxPoints} samples; riemann-middle takes any number";
            throw new ExplainException(ExplainError.InvalidParameter, message, new Dictionary<string, string[]> { ["samples"] = [message] });
        }
        var (nodes, weights) = (new double[count], new double[count]);
        GaussLegendre.Fill(nodes, weights);
        return new Quadrature(nodes, weights);
    }
}
