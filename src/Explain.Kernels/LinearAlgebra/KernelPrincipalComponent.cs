using System.Numerics.Tensors;
using Explain.Kernels.Sampling;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>
/// The map of the first kernel principal component of feature maps (Schoelkopf, Smola and Mueller 1998), which KPCA-CAM shows
/// (Karmani et al. 2024).
/// </summary>
public static class KernelPrincipalComponent
{
    private const int BlockRows = 16;

    private static readonly double TanhOfOne = Math.Tanh(1);

    /// <summary>
    /// scikit-learn's <c>KernelPCA(n_components=1, kernel="sigmoid")</c> on the pixels as rows, centred by channel: kernel
    /// <c>tanh(x . y / channels + 1)</c>, rows and columns of the kernel matrix centred, answer <c>u sqrt(lambda)</c> with lambda its
    /// largest eigenvalue.
    /// </summary>
    /// <remarks>
    /// The sigmoid kernel may be indefinite; where no eigenvalue is positive, and for constant maps, the answer is zeros. Needs
    /// 8 * area^2 bytes and about channels * area^2 / 2 multiplications.
    /// </remarks>
    /// <param name="maps">Row-major [channels, area]; any sign. NaN counts as 0; an infinity makes the whole answer NaN.</param>
    /// <param name="channels">Number of maps, one or more.</param>
    /// <param name="sign">Which of the two signs is given; scikit-learn's is <see cref="ComponentSign.LargestPositive"/>.</param>
    /// <param name="projection">Receives [area] values without unit, with mean 0.</param>
    /// <exception cref="ArgumentException">The lengths disagree, or the projection overlaps the maps.</exception>
    public static void Project(ReadOnlySpan<float> maps, int channels, ComponentSign sign, Span<float> projection)
    {
        if (channels < 1 || maps.Length != (long)channels * projection.Length)
        {
            throw new ArgumentException(
                $"{channels} maps of {projection.Length} values were expected, got {maps.Length} values.",
                nameof(maps)
            );
        }

        Require.Apart<float>(maps, projection);

        var area = projection.Length;
        var centered = CenteredMaps.Of(maps, channels, area);
        if (!centered.IsFinite)
        {
            projection.Fill(float.NaN);
            return;
        }
        var kernel = SigmoidKernel(centered);
        var (start, component) = (new double[area], new double[area]);
        var random = new RandomStream(seed: 0);
        for (var i = 0; i < area; i++)
            start[i] = random.NextGaussian();
        TakeMeanAway(start);

        var eigenvalue = Lanczos.Largest((vector, product) => Multiply(kernel, vector, product), start, component);
        sign.Write(component, eigenvalue, centered.Sum(), projection);
    }

    /// <summary>
    /// The kernel less tanh(1), which the centring of rows and columns takes away in any case: for small maps the difference would
    /// drown in rounding, so it is <c>tanh(a + 1) - T = t (1 - T^2) / (1 + t T)</c> with <c>t = tanh(a)</c> and <c>T = tanh(1)</c>.
    /// </summary>
    private static double[] SigmoidKernel(CenteredMaps maps)
    {
        var (area, channels) = (maps.Area, maps.Channels);
        var pixels = new double[area * channels];
        for (var channel = 0; channel < channels; channel++)
        {
            for (var i = 0; i < area; i++)
                pixels[i * channels + channel] = maps[channel][i];
        }

        // A block of rows stays in the cache while the others pass by once.
        var kernel = new double[(long)area * area];
        for (var block = 0; block < area; block += BlockRows)
        {
            for (var j = block; j < area; j++)
            {
                for (var i = block; i < Math.Min(block + BlockRows, j + 1); i++)
                {
                    var product = TensorPrimitives.Dot<double>(
                        pixels.AsSpan(i * channels, channels),
                        pixels.AsSpan(j * channels, channels)
                    );
                    var tanh = Math.Tanh(product / channels);
                    kernel[(long)i * area + j] = kernel[(long)j * area + i] = tanh * (1 - TanhOfOne * TanhOfOne) / (1 + tanh * TanhOfOne);
                }
            }
        }

        return kernel;
    }

    /// <summary>The product with the kernel matrix whose rows and columns are centred, for a vector of mean 0.</summary>
    private static void Multiply(double[] kernel, ReadOnlySpan<double> vector, Span<double> product)
    {
        for (var i = 0; i < vector.Length; i++)
            product[i] = TensorPrimitives.Dot(kernel.AsSpan(i * vector.Length, vector.Length), vector);
        TakeMeanAway(product);
    }

    private static void TakeMeanAway(Span<double> vector) =>
        TensorPrimitives.Subtract(vector, TensorPrimitives.Sum<double>(vector) / vector.Length, vector);
}
