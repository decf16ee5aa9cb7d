using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Layers;

/// <summary>Smooth Grad-CAM++: Grad-CAM++ with derivatives that are means over noisy copies of the input.</summary>
internal static class SmoothPlusPlus
{
    // Where the request does not say.
    private const int Samples = 10;
    private const double ShareOfRange = 0.1;

    // torch-cam's numbers; its noise has a deviation in the unit of the input.
    private const int TorchSamples = 4;
    private const double TorchDeviation = 0.3;
    private const double TorchEpsilon = 1e-8;

    /// <summary>
    /// α = D2 / (2 D2 + Σ A · D3), w = Σ α relu(D1), M = Σ w A with D1, D2, D3 the means of G, G², G³ and A of the clean input. torch-cam
    /// takes G of the last copy for D1, weighs the last noisy feature maps, and sums A · D3 position by position. When time is up, the
    /// means are over the copies that were done.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var options = probe.Study.Options;
        var layout = probe.Study.Model.Description.LayoutOf(probe.Layer);
        var torch = options.Compat == Compat.TorchCam;
        var (count, length) = (Count(options), probe.Activation.Values.Length);
        var (first, second, third) = (new double[length], new double[length], new double[length]);
        var (lastGradient, lastActivation) = (new float[length], new float[length]);
        var done = 0;
        foreach (var (pass, n) in probe.Differentiate(count, Noisy(probe, torch), [probe.Layer], probe.Study.Deadline.Next(1)))
        {
            var gradient = FeatureMaps.Of(pass.Gradients[probe.Layer], n, layout).Values;
            for (var i = 0; i < length; i++)
            {
                double g = gradient[i];
                first[i] += g;
                second[i] += g * g;
                third[i] += g * g * g;
            }
            gradient.CopyTo(lastGradient);
            FeatureMaps.Of(pass.Activations[probe.Layer], n, layout).Values.CopyTo(lastActivation);
            done++;
            probe.Show(Weighted);
        }
        return Weighted();

        Attribution Weighted()
        {
            var clean = probe.Activation;
            var weights = Weights(clean, Mean(first), Mean(second), Mean(third), torch ? lastGradient : null);
            var maps = torch ? new FeatureMaps(lastActivation, clean.Channels, clean.Height, clean.Width) : clean;
            return ChannelMaps.Smoothed(probe, maps, weights).After(done, count);
        }

        double[] Mean(double[] sum) => Array.ConvertAll(sum, v => v / done);
    }

    private static float[] Weights(FeatureMaps clean, double[] first, double[] second, double[] third, float[]? lastGradient)
    {
        var weights = new float[clean.Channels];
        for (var k = 0; k < weights.Length; k++)
        {
            var (at, area, weight) = (k * clean.Area, clean.Area, 0.0);
            var total = lastGradient is null
                ? TensorPrimitives.Sum(clean[k])
                : TensorPrimitives.Dot(Array.ConvertAll(clean[k].ToArray(), v => (double)v), third.AsSpan(at, area));
            for (var i = at; i < at + area; i++)
            {
                var denominator = 2 * second[i] + (lastGradient is null ? total * third[i] : total + TorchEpsilon);
                if (second[i] > 0 && denominator != 0)
                    weight += second[i] / denominator * Math.Max(lastGradient?[i] ?? first[i], 0);
            }
            weights[k] = (float)weight;
        }
        return weights;
    }

    /// <summary>Copies of the input that are made.</summary>
    public static int Count(MethodOptions options) => options.Samples ?? (options.Compat == Compat.TorchCam ? TorchSamples : Samples);

    private static Action<int, Span<float>> Noisy(Probe probe, bool torch)
    {
        var input = probe.Input.Values;
        var deviation = torch ? TorchDeviation : ShareOfRange * (TensorPrimitives.Max<float>(input) - TensorPrimitives.Min<float>(input));
        return (sample, copy) =>
        {
            new RandomStream(unchecked((ulong)probe.Study.Options.Seed), (ulong)sample).FillGaussian(copy, 0, deviation);
            TensorPrimitives.Add(copy, input, copy);
        };
    }
}
