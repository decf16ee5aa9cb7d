using System.Numerics.Tensors;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Kernels.LinearAlgebra;
using Explain.Kernels.Sampling;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>KernelSHAP: Shapley values of superpixels.</summary>
internal static class KernelShap
{
    private const int Coalitions = 2000;
    private const double PriorWeight = 1e-6;

    /// <summary>
    /// The Shapley values φ of superpixels, estimated from coalitions z drawn with the probability of the Shapley kernel, each followed by
    /// its complement, under Σ φ = f(X) − f(0) (Lundberg and Lee 2017, eq. 8 and theorem 2). What a coalition leaves out is 0, as in
    /// Captum. When time is up, the coalitions are those that were done.
    /// </summary>
    public static Attribution Run(Probe probe)
    {
        var (image, options) = (new InputImage(probe), probe.Study.Options);
        var segments = new Segments(image);
        var (features, count) = (segments.Count, Count(options));
        var (choice, mask) = (new float[features], new float[image.Area]);
        if (features == 1)
        {
            Array.Fill(mask, (float)(probe.Score - Nothing(probe)));
            return new Attribution(null, image.Height, image.Width, mask);
        }
        return probe.Sample(
            new Variants("kernelshap", count, (i, values) =>
            {
                Draw(i, choice);
                segments.Paint(choice, mask);
                image.Through(mask, values);
            }),
            (asked, scores) =>
            {
                var map = new float[image.Area];
                segments.Paint(Shares(scores, features, Nothing(asked), asked.Score, Draw), map);
                return new Attribution(null, image.Height, image.Width, map).After(scores.Length, count);
            }
        );

        void Draw(int index, Span<float> chosen)
        {
            ShapleyRegression.Draw(new RandomStream((ulong)options.Seed, (ulong)(index / 2)), chosen);
            if (index % 2 == 1)
                TensorPrimitives.Subtract(1, chosen, chosen);
        }
    }

    // Where everything is left out.
    private static double Nothing(Probe probe) =>
        probe.Evaluate(new Variants("kernelshap baseline", 1, (_, values) => values.Clear()) { AllOrNothing = true })[0];

    private static float[] Shares(double[] scores, int features, double nothing, double score, VariantFill draw)
    {
        // A few coalitions leave the values open: each feature alone, with an equal share and next to no weight, decides then.
        var (all, coalitions) = (scores.Length + features, new float[(scores.Length + features) * features]);
        var (values, weights, shares) = (new double[all], new double[all], new double[features]);
        for (var i = 0; i < all; i++)
        {
            var row = coalitions.AsSpan(i * features, features);
            if (i < scores.Length)
                draw(i, row);
            else
                row[i - scores.Length] = 1;
            (values[i], weights[i]) = i < scores.Length ? (scores[i], 1) : (nothing + (score - nothing) / features, PriorWeight);
        }
        ShapleyRegression.Solve(coalitions, values, weights, nothing, score, shares);
        return Array.ConvertAll(shares, s => (float)s);
    }

    /// <summary>How many coalitions are drawn.</summary>
    public static int Count(MethodOptions options) => options.Samples ?? Coalitions;
}
