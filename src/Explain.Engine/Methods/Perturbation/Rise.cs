using System.Numerics.Tensors;
using Explain.Kernels;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>RISE: random masks, weighed with the score of the picture seen through them.</summary>
internal static class Rise
{
    private const int PaperMasks = 4000;
    private const int Cells = 7;
    private const double Probability = 0.5;

    /// <summary>
    /// S = Σ f(X ∘ M_i) · M_i / (N · p) over N random masks of 7 × 7 cells, each shown with p = 0.5 (Petsiuk, Das and Saenko 2018, eq. 6). f is the probability of the class, unless
    /// the request says otherwise. When time is up, N is the number of masks that were done.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var (picture, options) = (new InputPicture(probe), probe.Study.Options);
        var (count, mask) = (Masks(options), new float[picture.Area]);
        var scores = probe.Evaluate(new Variants("rise", count, (i, values) =>
        {
            Draw(i);
            picture.Through(mask, values);
        }));
        var sum = new double[picture.Area];
        var wide = new double[picture.Area];
        for (var i = 0; i < scores.Length; i++)
        {
            probe.Study.Cancellation.ThrowIfCancellationRequested();
            Draw(i);
            TensorPrimitives.ConvertTruncating<float, double>(mask, wide);
            TensorPrimitives.MultiplyAdd(wide, scores[i] / (scores.Length * Probability), sum, sum);
        }
        return new Attribution(null, picture.Height, picture.Width, Array.ConvertAll(sum, v => (float)v)).After(scores.Length, count);

        void Draw(int index) => RiseMask.Fill((ulong)options.Seed, index, Cells, Probability, picture.Height, picture.Width, mask);
    }

    /// <summary>How many masks are drawn.</summary>
    public static int Masks(MethodOptions options) => options.Samples ?? PaperMasks;
}
