using System.Numerics.Tensors;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>
/// Score-CAM and the methods that average over several images a channel: every feature map, scaled to the image, is a mask through
/// which the model sees the image, and the scores it gives through the masks weigh the feature maps.
/// </summary>
internal static class ScoreCam
{
    // The constants of the libraries.
    private const float MaskEpsilon = 1e-8f;
    private const double Noise = 2;
    private const int NoisyMasks = 35;
    private const int Steps = 10;

    /// <summary>
    /// α = softmax over channels of f(X ∘ H_k) − f(0), where H_k is A_k at the size of the image, from 0 to 1 (Wang et al. 2020, eq. 4 to
    /// 7).
    /// </summary>
    public static Attribution Plain(Probe probe) => Weighted(probe, "scorecam", 1, probe.Study.Options.Samples, static (_, _, _, _) => { });

    /// <summary>α = softmax of the mean of f(X ∘ (H_k + N(0, σ))) − f(0) over N draws (Wang, H. et al. 2020, SS-CAM, eq. 4).</summary>
    public static Attribution Smoothed(Probe probe)
    {
        var count = Draws(probe.Study.Options);
        return Weighted(probe, "sscam", count, null, (mask, channel, draw, scratch) =>
        {
            new RandomStream((ulong)probe.Study.Options.Seed, (ulong)(channel * count + draw)).FillGaussian(scratch, 0, Noise);
            TensorPrimitives.Add(mask, scratch, mask);
        });
    }

    /// <summary>α = softmax of the mean of f(i/N · X ∘ H_k) − f(0) over i = 1 … N (Naidu et al. 2020, IS-CAM, eq. 6).</summary>
    public static Attribution Integrated(Probe probe)
    {
        var (count, compat) = (IntegrationSteps(probe.Study.Options), probe.Study.Options.Compat);
        return Weighted(probe, "iscam", count, null, (mask, _, step, _) =>
            TensorPrimitives.Multiply(mask, Factor(step + 1, count, compat), mask)
        );
    }

    /// <summary>Masks of one channel that SS-CAM tries.</summary>
    public static int Draws(MethodOptions options) => options.Samples ?? NoisyMasks;

    /// <summary>Masks of one channel that IS-CAM tries.</summary>
    public static int IntegrationSteps(MethodOptions options) => options.Samples ?? Steps;

    private delegate void MaskChange(Span<float> mask, int channel, int repeat, Span<float> scratch);

    // torch-cam adds up its factors: 0.1, 0.3, 0.6, …
    private static float Factor(int step, int steps, Compat compat) => (compat == Compat.TorchCam ? step * (step + 1) / 2f : step) / steps;

    private static Attribution Weighted(Probe probe, string name, int repeats, int? most, MaskChange change)
    {
        var (image, compat) = (new InputImage(probe), probe.Study.Options.Compat);
        var order = Order(probe.Activation, most, compat);
        var (mask, scratch) = (new float[image.Area], new float[image.Area]);
        return order.Length == 0
            ? ByScores(probe, order, repeats, [])
            : probe.Sample(new Variants($"{name} {probe.Layer}", order.Length * repeats, (i, values) =>
                {
                    var channel = order[i / repeats];
                    Mask(probe.Activation, channel, image, compat, mask);
                    change(mask, channel, i % repeats, scratch);
                    image.Through(mask, values);
                }), (asked, scores) => ByScores(asked, order, repeats, scores));
    }

    private static Attribution ByScores(Probe probe, int[] order, int repeats, double[] scores)
    {
        // A channel counts when all of its images were seen; of the first one there are some.
        var seen = Math.Max(scores.Length / repeats, Math.Min(order.Length, 1));
        var means = Enumerable.Range(0, seen).Select(k => scores.Skip(k * repeats).Take(repeats).Average()).ToArray();
        var weights = new float[probe.Activation.Channels];
        foreach (var (channel, weight) in order.Zip(Softmax(means)))
            weights[channel] = (float)weight;
        return ChannelMaps.Smoothed(probe, weights).After(scores.Length, order.Length * repeats);
    }

    // A channel that is the same everywhere is no mask; the libraries take it as one that hides everything.
    private static int[] Order(FeatureMaps maps, int? most, Compat compat)
    {
        var flat = new HashSet<int>();
        for (var c = 0; c < maps.Channels; c++)
        {
            if (compat == Compat.None && TensorPrimitives.Min(maps[c]) == TensorPrimitives.Max(maps[c]))
                flat.Add(c);
        }

        return [.. ChannelOrder.ByMean(maps, null).Where(c => !flat.Contains(c)).Take(most ?? int.MaxValue)];
    }

    private static void Mask(FeatureMaps maps, int channel, InputImage image, Compat compat, Span<float> mask)
    {
        if (compat == Compat.TorchCam)
        {
            var small = maps[channel].ToArray();
            Scale(small, MaskEpsilon);
            Upsample.Bilinear(small, maps.Height, maps.Width, mask, image.Height, image.Width);
            return;
        }
        if (compat == Compat.PytorchGradCam)
            Upsample.BilinearAlignedCorners(maps[channel], maps.Height, maps.Width, mask, image.Height, image.Width);
        else
            Upsample.Bilinear(maps[channel], maps.Height, maps.Width, mask, image.Height, image.Width);
        Scale(mask, compat == Compat.None ? 0 : MaskEpsilon);
    }

    private static void Scale(Span<float> values, float epsilon)
    {
        var low = TensorPrimitives.Min<float>(values);
        TensorPrimitives.Subtract(values, low, values);
        TensorPrimitives.Divide(values, TensorPrimitives.Max<float>(values) + epsilon, values);
    }

    private static double[] Softmax(double[] scores)
    {
        if (scores.Length == 0)
            return [];
        var largest = scores.Max();
        var sum = scores.Sum(s => Math.Exp(s - largest));
        return Array.ConvertAll(scores, s => Math.Exp(s - largest) / sum);
    }
}
