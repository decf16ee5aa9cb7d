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
        var (image, options) = (new InputImage(probe), probe.Study.Options);
        // For all targets together: drawing a mask again for each would take as long as a small model does.
        var sums = probe.Study.Once($"rise|{probe.Item}", () =>
            Enumerable.Range(0, probe.Study.Rounds).Select(_ => new double[image.Area]).ToArray()
        );
        // By number: a run that failed may be tried again.
        var (masks, next, wide) = (new Dictionary<int, float[]>(), 0, new double[image.Area]);
        return probe.Sample(
            new Variants("rise", Masks(options), (i, values) =>
            {
                var mask = new float[image.Area];
                RiseMask.Fill((ulong)options.Seed, i, Cells, Probability, image.Height, image.Width, mask);
                image.Through(mask, values);
                masks[i] = mask;
            })
            {
                Seen = seen =>
                {
                    masks.Remove(next++, out var mask);
                    TensorPrimitives.ConvertTruncating<float, double>(mask, wide);
                    for (var round = 0; round < sums.Length; round++)
                        TensorPrimitives.MultiplyAdd(wide, seen[round], sums[round], sums[round]);
                },
            },
            (asked, scores) =>
            {
                var mean = Array.ConvertAll(sums[asked.Round], v => (float)(v / (scores.Length * Probability)));
                return new Attribution(null, image.Height, image.Width, mean).After(scores.Length, Masks(options));
            }
        );
    }

    /// <summary>How many masks are drawn.</summary>
    public static int Masks(MethodOptions options) => options.Samples ?? PaperMasks;
}
