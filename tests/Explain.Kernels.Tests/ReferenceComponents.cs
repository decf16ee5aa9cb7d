using Explain.Kernels.LinearAlgebra;

namespace Explain.Kernels.Tests;

/// <summary>Components by full decompositions in double precision: cyclic Jacobi rotations, no Krylov space.</summary>
internal static partial class Reference
{
    public static float[] PrincipalProjection(float[] maps, int channels, int area, ComponentSign sign)
    {
        var centered = Centered(maps, channels, area);
        var gram = new double[area, area];
        for (var i = 0; i < area; i++)
        {
            for (var j = 0; j < area; j++)
                gram[i, j] = Enumerable.Range(0, channels).Sum(c => centered[c, i] * centered[c, j]);
        }

        return ScaledTopComponent(gram, centered, sign);
    }

    /// <summary>scikit-learn's KernelPCA(n_components=1, kernel="sigmoid").fit_transform of the centred pixels.</summary>
    public static float[] SigmoidKernelProjection(float[] maps, int channels, int area, ComponentSign sign)
    {
        var centered = Centered(maps, channels, area);
        var kernel = new double[area, area];
        for (var i = 0; i < area; i++)
        {
            for (var j = 0; j < area; j++)
                kernel[i, j] = Math.Tanh(Enumerable.Range(0, channels).Sum(c => centered[c, i] * centered[c, j]) / channels + 1);
        }

        var rows = Enumerable.Range(0, area).Select(i => Enumerable.Range(0, area).Average(j => kernel[i, j])).ToArray();
        var grand = rows.Average();
        for (var i = 0; i < area; i++)
        {
            for (var j = 0; j < area; j++)
                kernel[i, j] += grand - rows[i] - rows[j];
        }

        return ScaledTopComponent(kernel, centered, sign);
    }

    /// <summary>Maps [channels, area] with given singular values after centring, and their first component along the mean map.</summary>
    public static (float[] Maps, float[] Projection) MapsWithSingularValues(double[] values, int channels, int area)
    {
        // Columns of the discrete cosine transform: orthonormal, and from the second on of mean 0.
        static double Cosine(int order, int place, int size) =>
            Math.Sqrt((order == 0 ? 1.0 : 2.0) / size) * Math.Cos(Math.PI * order * (place + 0.5) / size);
        var maps = new float[channels * area];
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < area; i++)
            {
                maps[c * area + i] = (float)
                    Enumerable.Range(0, values.Length).Sum(k => values[k] * Cosine(2 * k, c, channels) * Cosine(k + 1, i, area));
            }
        }

        return (maps, [.. Enumerable.Range(0, area).Select(i => (float)(values[0] * Cosine(1, i, area)))]);
    }

    private static double[,] Centered(float[] maps, int channels, int area)
    {
        var centered = new double[channels, area];
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < area; i++)
                centered[c, i] = maps[c * area + i] - maps.Skip(c * area).Take(area).Average(v => (double)v);
        }

        return centered;
    }

    private static float[] ScaledTopComponent(double[,] matrix, double[,] centered, ComponentSign sign)
    {
        var (values, vectors) = Jacobi(matrix);
        var top = Array.IndexOf(values, values.Max());
        var projection = values.Select((_, i) => Math.Sqrt(Math.Max(0, values[top])) * vectors[i, top]).ToArray();
        var along =
            sign == ComponentSign.AlongMean
                ? projection.Select((p, i) => p * Enumerable.Range(0, centered.GetLength(0)).Sum(c => centered[c, i])).Sum()
                : projection.First(p => Math.Abs(p) >= (1 - 1e-9) * projection.Max(Math.Abs));
        return [.. projection.Select(p => (float)(along < 0 ? -p : p))];
    }

    private static (double[] Values, double[,] Vectors) Jacobi(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var (a, v) = ((double[,])matrix.Clone(), new double[n, n]);
        for (var i = 0; i < n; i++)
            v[i, i] = 1;
        var negligible = 1e-18 * Enumerable.Range(0, n).Max(i => Math.Abs(a[i, i]));
        for (var sweep = 0; sweep < 30; sweep++)
        {
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    if (Math.Abs(a[p, q]) <= negligible)
                        continue;
                    var (sin, cos) = Math.SinCos(0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]));
                    for (var k = 0; k < n; k++)
                        (a[k, p], a[k, q]) = (cos * a[k, p] - sin * a[k, q], sin * a[k, p] + cos * a[k, q]);
                    for (var k = 0; k < n; k++)
                        (a[p, k], a[q, k]) = (cos * a[p, k] - sin * a[q, k], sin * a[p, k] + cos * a[q, k]);
                    for (var k = 0; k < n; k++)
                        (v[k, p], v[k, q]) = (cos * v[k, p] - sin * v[k, q], sin * v[k, p] + cos * v[k, q]);
                }
            }
        }

        return ([.. Enumerable.Range(0, n).Select(i => a[i, i])], v);
    }
}
