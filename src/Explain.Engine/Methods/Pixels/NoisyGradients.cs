using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Pixels;

/// <summary>Statistics of the gradient of the score over noisy copies of the input.</summary>
internal static class NoisyGradients
{
    // The paper's figures use 10 to 20 percent of the input's range; number and share are those of the authors' code.
    private const int Samples = 25;
    private const double ShareOfRange = 0.15;

    // Captum's NoiseTunnel.
    private const int CaptumSamples = 5;
    private const double CaptumDeviation = 1;

    /// <summary>Number of noisy copies.</summary>
    public static int Copies(MethodOptions options) => options.Samples ?? (options.Compat == Compat.Captum ? CaptumSamples : Samples);

    /// <summary>
    /// The mean gradient (Smilkov et al. 2017, section 2.2); with Captum's conventions, the mean of its magnitude. When time is up, it is
    /// that of the copies that were done.
    /// </summary>
    public static Attribution Mean(Probe probe) => Moments(probe, 1, m => m.Mean);

    /// <summary>
    /// The gradient's variance (Adebayo et al. 2018); with Captum's conventions, that of its magnitude. When time is up, it is that of the
    /// copies that were done.
    /// </summary>
    public static Attribution Variance(Probe probe) => Moments(probe, 2, m => m.Variance);

    // One copy has no variance.
    private static Attribution Moments(Probe probe, int least, Func<Statistics, double[]> values)
    {
        var (options, input) = (probe.Study.Options, probe.Input.Values);
        var captum = options.Compat == Compat.Captum;
        var deviation = captum ? CaptumDeviation : ShareOfRange * (TensorPrimitives.Max<float>(input) - TensorPrimitives.Min<float>(input));
        var (mean, squares, count, all) = (new double[input.Length], new double[input.Length], 0, Copies(options));
        foreach (var gradient in InputGradients.At(probe, all, Noisy, probe.Study.Deadline.Next(1), least))
        {
            if (captum)
                TensorPrimitives.Abs(gradient, gradient);
            count++;
            for (var i = 0; i < mean.Length; i++)
            {
                // Welford's update: the difference of two large sums would lose the digits.
                var distance = gradient[i] - mean[i];
                mean[i] += distance / count;
                squares[i] += distance * (gradient[i] - mean[i]);
            }
            if (count >= least)
                probe.Show(Found);
        }
        return Found();

        Attribution Found() =>
            PixelValues.Of(probe, Array.ConvertAll(values(new Statistics(mean, squares, count)), v => (float)v)).After(count, all);

        void Noisy(int sample, Span<float> x)
        {
            new RandomStream(unchecked((ulong)options.Seed), (ulong)sample).FillGaussian(x, 0, deviation);
            TensorPrimitives.Add(x, input, x);
        }
    }

    private sealed record Statistics(double[] Mean, double[] Squares, int Count)
    {
        public double[] Variance => Array.ConvertAll(Squares, v => v / Count);
    }
}
