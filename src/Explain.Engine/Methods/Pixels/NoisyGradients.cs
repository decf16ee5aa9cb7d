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
    public static Attribution Mean(Probe probe) => Of(probe, Moments(probe, 1), m => m.Mean);

    /// <summary>
    /// The gradient's variance (Adebayo et al. 2018); with Captum's conventions, that of its magnitude. When time is up, it is that of the
    /// copies that were done.
    /// </summary>
    public static Attribution Variance(Probe probe) => Of(probe, Moments(probe, 2), m => m.Variance);

    private static Attribution Of(Probe probe, Statistics found, Func<Statistics, float[]> values) =>
        PixelValues.Of(probe, values(found)).After(found.Done, Copies(probe.Study.Options));

    // One copy has no variance.
    private static Statistics Moments(Probe probe, int least)
    {
        var (options, input) = (probe.Study.Options, probe.Input.Values);
        var captum = options.Compat == Compat.Captum;
        var deviation = captum ? CaptumDeviation : ShareOfRange * (TensorPrimitives.Max<float>(input) - TensorPrimitives.Min<float>(input));
        var (mean, squares, count) = (new double[input.Length], new double[input.Length], 0);
        foreach (var gradient in InputGradients.At(probe, Copies(options), Noisy, probe.Study.Deadline.Next(1), least))
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
        }
        return new Statistics(Array.ConvertAll(mean, v => (float)v), Array.ConvertAll(squares, v => (float)(v / count)), count);

        void Noisy(int sample, Span<float> x)
        {
            new RandomStream(unchecked((ulong)options.Seed), (ulong)sample).FillGaussian(x, 0, deviation);
            TensorPrimitives.Add(x, input, x);
        }
    }

    private sealed record Statistics(float[] Mean, float[] Variance, int Done);
}
