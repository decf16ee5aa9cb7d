using System.Numerics.Tensors;

namespace Explain.Engine.Images;

/// <summary>For each sample of one output axis: which source samples it is made of, and their weights in fixed point.</summary>
/// <param name="Start">First source sample.</param>
/// <param name="Count">How many follow from there.</param>
/// <param name="Weights">A row of <paramref name="Stride"/> for each output sample; in units of 2^-<see cref="Bits"/>, adding up to about
/// 1.</param>
/// <param name="Stride">Length of a row.</param>
/// <param name="MostAtOnce">The most output samples that any one source sample lies between.</param>
internal sealed record ResampleTaps(int[] Start, int[] Count, int[] Weights, int Stride, int MostAtOnce)
{
    /// <summary>PIL's precision: 32 bits less 8 for the pixel and 2 for overshoot.</summary>
    public const int Bits = 32 - 8 - 2;

    /// <summary>Added before the shift, so that it rounds.</summary>
    public const int Half = 1 << (Bits - 1);

    /// <summary>Weight of source sample <paramref name="at"/> in output sample <paramref name="row"/>.</summary>
    public int Weight(int row, int at) => at < Start[row] + Count[row] ? Weights[row * Stride + at - Start[row]] : 0;

    /// <summary>
    /// The taps of output samples <paramref name="offset"/> to <paramref name="offset"/> + <paramref name="length"/> of an axis scaled to
    /// <paramref name="scaledSize"/>.
    /// </summary>
    public static ResampleTaps Create(Interpolation interpolation, int sourceSize, int scaledSize, int offset, int length)
    {
        var scale = (double)sourceSize / scaledSize;
        return interpolation == Interpolation.Nearest
            ? Nearest(sourceSize, scale, offset, length)
            : Filtered(interpolation, sourceSize, scale, offset, length);
    }

    private static ResampleTaps Nearest(int sourceSize, double scale, int offset, int length)
    {
        var start = new int[length];
        // A running sum, as in PIL: a product rounds ties differently.
        var center = scale * 0.5;
        for (var i = 0; i < offset + length; i++, center += scale)
        {
            if (i >= offset)
                start[i - offset] = Math.Min((int)center, sourceSize - 1);
        }

        var ones = Enumerable.Repeat(1, length).ToArray();
        var taps = new ResampleTaps(start, ones, Array.ConvertAll(ones, one => one << Bits), 1, 0);
        return taps with { MostAtOnce = Overlap(taps) };
    }

    private static ResampleTaps Filtered(Interpolation interpolation, int sourceSize, double scale, int offset, int length)
    {
        var (filter, radius) = Filter(interpolation);
        var widening = Math.Max(scale, 1);
        var support = radius * widening;
        var stride = Math.Min(sourceSize, (int)Math.Ceiling(support) * 2 + 1);
        var taps = new ResampleTaps(new int[length], new int[length], new int[length * stride], stride, 0);
        var weights = new double[stride];
        for (var i = 0; i < length; i++)
        {
            var center = (offset + i + 0.5) * scale;
            var start = Math.Max((int)(center - support + 0.5), 0);
            var count = Math.Min((int)(center + support + 0.5), sourceSize) - start;
            (taps.Start[i], taps.Count[i]) = (start, count);
            for (var k = 0; k < count; k++)
                weights[k] = filter((start + k - center + 0.5) / widening);
            var total = TensorPrimitives.Sum(weights.AsSpan(0, count));
            for (var k = 0; k < count; k++)
                taps.Weights[i * stride + k] = (int)Math.Round(weights[k] / total * (1 << Bits), MidpointRounding.AwayFromZero);
        }
        return taps with { MostAtOnce = Overlap(taps) };
    }

    private static int Overlap(ResampleTaps taps)
    {
        var (most, done) = (1, 0);
        for (var i = 0; i < taps.Start.Length; i++)
        {
            while (taps.Start[done] + taps.Count[done] <= taps.Start[i])
                done++;
            most = Math.Max(most, i - done + 1);
        }
        return most;
    }

    private static (Func<double, double> Weight, double Radius) Filter(Interpolation interpolation) =>
        interpolation switch
        {
            Interpolation.Bilinear => (x => Math.Max(1 - Math.Abs(x), 0), 1),
            Interpolation.Bicubic => (CatmullRom, 2),
            Interpolation.Lanczos => (x => Math.Abs(x) < 3 ? Sinc(x) * Sinc(x / 3) : 0, 3),
            _ => throw new ArgumentOutOfRangeException(nameof(interpolation)),
        };

    private static double CatmullRom(double x)
    {
        x = Math.Abs(x);
        if (x < 1)
            return (1.5 * x - 2.5) * x * x + 1;
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
