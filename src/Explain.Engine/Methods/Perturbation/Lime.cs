using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Kernels.LinearAlgebra;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>LIME: a linear model of what showing each superpixel does to the score, near the image.</summary>
internal static class Lime
{
    private const int Samples = 1000;
    private const double Shown = 0.5;
    private const double KernelWidth = 0.25;
    private const double Penalty = 1;

    /// <summary>
    /// The coefficients of a ridge regression of f(z) on random choices z of superpixels, each sample weighted by exp(−d² / 0.25²) with its
    /// cosine distance d from the whole image (Ribeiro, Singh and Guestrin 2016, eq. 1 and 2, with the authors' constants). What is not
    /// shown has the mean colour of its superpixel. The first sample is the image itself. f is the probability of the class, unless the
    /// request says otherwise. When time is up, the fit is to the samples that were done.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var (image, options) = (new InputImage(probe), probe.Study.Options);
        var segments = new Segments(image);
        var (count, hidden) = (Count(options), image.Flat(segments.Labels, segments.Count));
        var (choice, mask) = (new float[segments.Count], new float[image.Area]);
        return probe.Sample(new Variants("lime", count, (i, values) =>
            {
                Draw(i, choice);
                segments.Paint(choice, mask);
                image.Through(mask, hidden, values);
            }), (_, scores) => Fitted(scores));

        Attribution Fitted(double[] scores)
        {
            var (choices, weights, coefficients) = (
                new float[scores.Length * segments.Count],
                new double[scores.Length],
                new double[segments.Count]
            );
            for (var i = 0; i < scores.Length; i++)
            {
                var row = choices.AsSpan(i * segments.Count, segments.Count);
                Draw(i, row);
                weights[i] = WeightedRidge.LimeWeight((int)TensorPrimitives.Sum<float>(row), segments.Count, KernelWidth);
            }
            WeightedRidge.Fit(choices, scores, weights, Penalty, coefficients);
            var map = new float[image.Area];
            segments.Paint(Array.ConvertAll(coefficients, c => (float)c), map);
            return new Attribution(null, image.Height, image.Width, map).After(scores.Length, count);
        }

        void Draw(int index, Span<float> chosen)
        {
            if (index == 0)
                chosen.Fill(1);
            else
                new RandomStream((ulong)options.Seed, (ulong)index).FillBernoulli(chosen, Shown);
        }
    }

    /// <summary>How many samples are drawn.</summary>
    public static int Count(MethodOptions options) => options.Samples ?? Samples;
}
