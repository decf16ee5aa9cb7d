using Explain.Engine.Images;

namespace Explain.Engine.Models.Reading;

/// <summary>Finds out how pixels are to be prepared from what the first nodes of a graph do to them.</summary>
internal static class PixelScaling
{
    // In units of a range: 128 stands for 127.5 and 256 for 255.
    private const double Tolerance = 0.015;

    // The means of ImageNet's channels, as different authors counted them.
    private const double LevelsApart = 1.5;

    private static readonly (double Low, double High)[] Usual = [(0, 1), (-1, 1), (-0.5, 0.5), (0, 255), (-127.5, 127.5)];

    /// <summary>The convention whose pixels these nodes take, or null where they do not tell.</summary>
    public static PixelConvention? Taken(ChannelScaling found, int channels)
    {
        var same = found.Factors.All(f => Math.Abs(f - 1) < 1e-3) && found.Offsets.All(o => Math.Abs(o) < 1e-3);
        return same ? null
            : found.Normalises ? ByStatistics(found, channels)
            : PixelConvention.All(channels).FirstOrDefault(c => GivesUsual(found, c)) ?? ByScale(found, channels);
    }

    /// <summary>The order of the channels, where the means that are subtracted are those of ImageNet; else null.</summary>
    public static ColorOrder? Order(ChannelScaling found, PixelConvention taken)
    {
        var mean = PixelConvention.ImageNetMean;
        if (found.Factors.Length != mean.Count || taken.Mean.Any(m => m != 0))
            return null;
        var levels = Centres(found).Select(v => v / taken.Scale).ToArray();
        bool Are(IEnumerable<float> means) => levels.Zip(means, (l, m) => Math.Abs(l - 255 * m)).All(d => d < LevelsApart);
        return Are(mean) ? ColorOrder.Rgb
            : Are(mean.Reverse()) ? ColorOrder.Bgr
            : null;
    }

    // The values that become 0.
    private static IEnumerable<double> Centres(ChannelScaling found) => found.Factors.Zip(found.Offsets, (f, o) => -o / f);

    // Black and white become the ends of a range that networks are trained on.
    private static bool GivesUsual(ChannelScaling found, PixelConvention convention)
    {
        var ends = found
            .Factors.Zip(found.Offsets)
            .Select((p, c) => (A: p.First * convention.Range(c).Low + p.Second, B: p.First * convention.Range(c).High + p.Second))
            .Select(e => (Low: Math.Min(e.A, e.B), High: Math.Max(e.A, e.B)))
            .ToArray();
        bool Are(Func<int, (double Low, double High)> range) =>
            ends.Index()
                .All(e =>
                {
                    var (low, high) = range(e.Index);
                    return Math.Abs(e.Item.Low - low) + Math.Abs(e.Item.High - high) < 2 * Tolerance * (high - low);
                });
        // A range that stays what it was says nothing.
        var moved = found.Factors.Any(f => Math.Abs(f - 1) > Tolerance);
        return Usual.Any(u => (moved || !Same(u, convention.Range(0))) && Are(_ => u))
            || (
                ends.Length == PixelConvention.ImageNetMean.Count
                && (Are(PixelConvention.ImageNet.Range) || Are(c => PixelConvention.ImageNet.Range(ends.Length - 1 - c)))
            );
    }

    private static bool Same((double Low, double High) a, (double Low, double High) b) =>
        Math.Abs(a.Low - b.Low) + Math.Abs(a.High - b.High) < Tolerance;

    // A mean that is subtracted lies among the pixels; a factor alone brings 255 to about 1, or 1 to 255.
    private static PixelConvention? ByScale(ChannelScaling found, int channels)
    {
        var (units, centres) = (found.Factors.Select(f => 1 / f).ToArray(), Centres(found).ToArray());
        bool All(IEnumerable<double> values, double low, double high) => values.All(v => v >= low && v <= high);
        return centres.All(c => Math.Abs(c) < 1e-6)
            ? All(units, 40, 300)
                ? PixelConvention.Bytes(channels)
                : All(found.Factors, 200, 300)
                    ? PixelConvention.Unit(channels)
                    : null
            : All(centres, 0.02, 0.98) && All(units, 0.02, 2)
                ? PixelConvention.Unit(channels)
                : All(centres, 5, 250) && All(units, 0.5, 400)
                    ? PixelConvention.Bytes(channels)
                    : null;
    }

    // A normalisation was trained on what arrived there: mean and deviation of natural images tell how they were scaled.
    private static PixelConvention? ByStatistics(ChannelScaling found, int channels)
    {
        var (deviations, means) = (found.Factors.Select(f => 1 / f).ToArray(), Centres(found).ToArray());
        bool All(IEnumerable<double> values, double low, double high) => values.All(v => v >= low && v <= high);
        return All(means, 5, 250) && All(deviations, 5, 150) ? PixelConvention.Bytes(channels)
            : All(means, 0.02, 0.98) && All(deviations, 0.02, 0.4) ? PixelConvention.Unit(channels)
            : All(means, -0.5, 0.5) && All(deviations, 0.4, 0.7) ? PixelConvention.Signed(channels)
            : All(means, -0.5, 0.5) && All(deviations, 0.7, 1.5) && channels == PixelConvention.ImageNetMean.Count
                ? PixelConvention.ImageNet
            : null;
    }
}
