using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>RISE: random masks, weighed with the score of the image seen through them.</summary>
internal static class Rise
{
    private const int PaperMasks = 4000;
    private const int Cells = 7;
    private const double Probability = 0.5;

    /// <summary>
    /// S = Σ f(X ∘ M_i) · M_i / (N · p) over N random masks of 7 × 7 cells, each shown with p = 0.5 (Petsiuk, Das and Saenko 2018, eq. 6).
    /// f is the probability of the class, unless the request says otherwise. When time is up, N is the number of masks that were done.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var image = new InputImage(probe);
        var (sums, done) = probe.Study.Once($"rise|{probe.Item}", () => Sums(probe, image));
        var sum = Array.ConvertAll(sums[probe.Round], v => (float)(v / (done * Probability)));
        return new Attribution(null, image.Height, image.Width, sum).After(done, Masks(probe.Study.Options));
    }

    /// <summary>How many masks are drawn.</summary>
    public static int Masks(MethodOptions options) => options.Samples ?? PaperMasks;

    // For all targets together: drawing a mask again for each would take as long as a small model does.
    private static (double[][] Sums, int Done) Sums(Probe probe, InputImage image)
    {
        var (options, waiting, wide) = (probe.Study.Options, new Queue<float[]>(), new double[image.Area]);
        var sums = Enumerable.Range(0, probe.Study.Rounds).Select(_ => new double[image.Area]).ToArray();
        var scores = probe.Evaluate(
            new Variants("rise", Masks(options), (i, values) =>
            {
                var mask = new float[image.Area];
                RiseMask.Fill((ulong)options.Seed, i, Cells, Probability, image.Height, image.Width, mask);
                image.Through(mask, values);
                waiting.Enqueue(mask);
            })
            {
                Seen = seen =>
                {
                    TensorPrimitives.ConvertTruncating<float, double>(waiting.Dequeue(), wide);
                    for (var round = 0; round < sums.Length; round++)
                        TensorPrimitives.MultiplyAdd(wide, seen[round], sums[round], sums[round]);
                },
            }
        );
        return (sums, scores.Length);
    }
}
