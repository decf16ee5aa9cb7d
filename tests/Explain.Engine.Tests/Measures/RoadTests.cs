using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;
using static Explain.Engine.Tests.Measures.Measuring;

namespace Explain.Engine.Tests.Measures;

/// <summary>ROAD of a net that is a sum, against a scalar one: dense elimination, sorting and no batches.</summary>
public sealed class RoadTests
{
    private static readonly float[] Image = [.. Enumerable.Range(0, 3 * Pixels).Select(i => (float)Math.Sin(i + 1))];
    private static readonly float[] Weights = [.. Enumerable.Range(0, 3 * Pixels).Select(i => (float)Math.Cos(3 * i) / 10)];

    [Theory]
    [InlineData(Compat.None)]
    [InlineData(Compat.PytorchGradCam)]
    public void ItIsTheScalarOne(Compat compat)
    {
        // Nine pixels have the same value: a percentile takes all or none of them.
        float[] heat = [.. Enumerable.Range(0, Pixels).Select(i => i < 9 ? 0 : (i - 8) / 7f)];
        var net = Linear(Image, Weights);
        using var loaded = net.WithScores("none");

        var found = Of(loaded.View, net.Image(), heat, compat: compat);

        int[] removed = compat == Compat.None ? [80, 60, 40, 20] : [90, 80, 70, 60, 50, 40, 30, 20, 10];
        var differences = removed.Select(
            (percent, k) => Score(Missing(heat, percent, false, compat), 2 * k + 1) - Score(Missing(heat, percent, true, compat), 2 * k)
        );
        Assert.Equal(differences.Average() / 2, found.Road, 1e-5);
    }

    private static bool[] Missing(float[] heat, int percent, bool most, Compat compat)
    {
        var ranked = most ? heat : [.. heat.Select(v => 1 - v)];
        if (compat == Compat.None)
        {
            // Of equal values the first is the more important.
            var order = Enumerable.Range(0, Pixels).OrderByDescending(i => heat[i]).ToArray();
            var count = (int)Math.Round(percent / 100.0 * Pixels);
            return [.. Enumerable.Range(0, Pixels).Select(i => (most ? order.Take(count) : order.TakeLast(count)).Contains(i))];
        }
        var (sorted, place) = (ranked.Order().ToArray(), (100 - percent) / 100.0 * (Pixels - 1));
        var (low, high) = (sorted[(int)place], sorted[(int)Math.Ceiling(place)]);
        var threshold = (float)(low + ((double)high - low) * (place - (int)place));
        return [.. ranked.Select(v => v >= threshold)];
    }

    private static double Score(bool[] missing, int number)
    {
        var score = 0.0;
        for (var c = 0; c < 3; c++)
        {
            var noise = new float[Pixels];
            new RandomStream(0, (ulong)(number * 3 + c)).FillGaussian(noise, 0, 0.01);
            var filled = Imputed(Image.AsSpan(c * Pixels, Pixels).ToArray(), missing);
            for (var i = 0; i < Pixels; i++)
                score += Weights[c * Pixels + i] * (filled[i] + (missing[i] ? noise[i] : 0));
        }
        return score;
    }

    // The weighted mean of what is around, by Gauss and Jordan; nothing where there is nothing.
    private static double[] Imputed(float[] plane, bool[] missing)
    {
        if (missing.All(m => m))
            return new double[Pixels];
        var rows = new double[Pixels, Pixels + 1];
        for (var i = 0; i < Pixels; i++)
        {
            rows[i, i] = 1;
            rows[i, Pixels] = plane[i];
            if (!missing[i])
                continue;
            (rows[i, i], rows[i, Pixels]) = (0, 0);
            for (var j = 0; j < Pixels; j++)
            {
                var (dy, dx) = (Math.Abs(i / Side - j / Side), Math.Abs(i % Side - j % Side));
                var weight =
                    Math.Max(dy, dx) != 1 ? 0
                    : dy + dx == 1 ? 1 / 6.0
                    : 1 / 12.0;
                rows[i, i] += weight;
                rows[i, j] -= weight;
            }
        }
        for (var p = 0; p < Pixels; p++)
        {
            for (var i = 0; i < Pixels; i++)
            {
                var factor = i == p ? 0 : rows[i, p] / rows[p, p];
                for (var j = p; j <= Pixels; j++)
                    rows[i, j] -= factor * rows[p, j];
            }
        }

        return [.. Enumerable.Range(0, Pixels).Select(i => rows[i, Pixels] / rows[i, i])];
    }
}
