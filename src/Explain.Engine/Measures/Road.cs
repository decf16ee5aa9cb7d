using System.Numerics.Tensors;
using Explain.Kernels.Images;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Measures;

/// <summary>Pixels that are removed, and imputed from their neighbours with a little noise (Rong et al. 2022, section 4.2).</summary>
internal static class Road
{
    private const double NoiseDeviation = 0.01;

    /// <summary>Half of what the score is higher for without the least than without the most important pixels.</summary>
    /// <param name="of">What is measured.</param>
    /// <param name="counts">Which percentages of removed pixels count.</param>
    public static double Of(Measurement of, Func<int, bool> counts)
    {
        var scores = of.Scores(Pictures.Imputed).ToArray();
        return of.Convention.Removed.Index().Where(r => counts(r.Item)).Average(r => (scores[2 * r.Index + 1] - scores[2 * r.Index]) / 2);
    }

    /// <summary>The image without the most important pixels for even numbers, without the least important for odd ones.</summary>
    public static void Fill(Measurement of, int number, Span<float> values)
    {
        var (image, missing) = (of.Image, Missing(of, of.Convention.Removed[number / 2], number % 2 == 0));
        var (planes, noise) = (image.Planes().ToArray(), new float[missing.Length]);
        for (var c = 0; c < image.Channels; c++)
        {
            var plane = planes.AsSpan(c * missing.Length, missing.Length);
            LinearImputation.Fill(plane, missing, image.Height, image.Width);
            of.Random((ulong)(number * image.Channels + c)).FillGaussian(noise, 0, NoiseDeviation);
            for (var i = 0; i < noise.Length; i++)
            {
                if (!missing[i])
                    noise[i] = 0;
            }

            TensorPrimitives.Add(plane, noise, plane);
        }
        image.Write(planes, values);
    }

    private static bool[] Missing(Measurement of, int percent, bool most)
    {
        if (of.Convention.ByPercentile)
        {
            var ranked = most ? of.Map.Heat : Array.ConvertAll(of.Map.Heat, v => 1 - v);
            var threshold = Normalize.Percentile(ranked, 100 - percent);
            return Array.ConvertAll(ranked, v => v >= threshold);
        }
        var missing = new bool[of.Order.Length];
        var count = (int)Math.Round(percent / 100.0 * missing.Length);
        foreach (var pixel in most ? of.Order.AsSpan(0, count) : of.Order.AsSpan(missing.Length - count))
            missing[pixel] = true;
        return missing;
    }
}
