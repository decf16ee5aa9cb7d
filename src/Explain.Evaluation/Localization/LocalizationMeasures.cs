using Explain.Evaluation.Statistics;

namespace Explain.Evaluation.Localization;

/// <summary>A measure of many maps: a name, what it says, and how it is computed of the maps that were drawn.</summary>
/// <param name="Name">A short name, as it heads a column.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Of">The figure of some of the maps, any several times; not a number where nothing can be said.</param>
public sealed record LocalizationMeasure(string Name, string Meaning, Func<IReadOnlyList<MeasuredMap>, int[], double> Of)
{
    /// <summary>Whether less of it is better.</summary>
    public bool IsError { get; init; }
}

/// <summary>Every measure of localisation.</summary>
public static class LocalizationMeasures
{
    /// <summary>Name of the pointing game without a tolerance.</summary>
    public const string Pointing = "pointing";

    private const int Top = 5;

    /// <summary>In the order of the table.</summary>
    // csharpier-ignore
    public static IReadOnlyList<LocalizationMeasure> All { get; } =
    [
        new("cls-1",      "classification error, top 1",                                                      Mean(m => m.Rank > 1)) { IsError = true },
        new("cls-5",      "classification error, top 5",                                                      Mean(m => m.Rank > Top)) { IsError = true },
        new("loc-1",      "localisation error, top 1: class wrong, or the box's overlap below 0.5",           Mean(m => m.Rank > 1 || !Fits(m))) { IsError = true },
        new("loc-5",      "localisation error, top 5",                                                        Mean(m => m.Rank > Top || !Fits(m))) { IsError = true },
        new("known",      "share of boxes with an overlap of 0.5, the class given",                           Mean(Fits)),
        new("maxbox",     "MaxBoxAcc: the same at the best threshold",                                        (maps, drawn) => BoxCurve.BestShare(i => maps[i].Places.Curve.Largest, drawn, BoxCurve.Overlap)),
        new("maxbox-v2",  "MaxBoxAccV2: any region, mean over the overlaps 0.3, 0.5 and 0.7",                 (maps, drawn) => BoxCurve.Overlaps.Average(o => BoxCurve.BestShare(i => maps[i].Places.Curve.Any, drawn, o))),
        new("pxap",       "PxAP: average precision of pixels",                                                (maps, drawn) => Sum(maps, drawn)?.AveragePrecision ?? double.NaN),
        new(Pointing,     "pointing game: the maximum is in an object",                                       Mean(m => m.Places.Points)),
        new("pointing-15", "the same, within 15 pixels",                                                      Mean(m => m.Places.PointsNear)),
        new("difficult",  "pointing game within 15 pixels, small objects among others",                       Mean(m => m.Places.PointsNear, m => m.Difficult)),
        new("energy",     "share of the heat that is in objects",                                             Mean(m => m.Places.Energy, m => !double.IsNaN(m.Places.Energy))),
        new("seed-iou",   "mean over classes of the overlap of pixels, at the best threshold",                BestSeed),
    ];

    /// <summary>All figures of some maps, by the name of the measure.</summary>
    /// <param name="maps">The maps, one a picture and class.</param>
    /// <param name="ranges">Whether intervals are computed, too.</param>
    public static IReadOnlyDictionary<string, Figure> Of(IReadOnlyList<MeasuredMap> maps, bool ranges)
    {
        ArgumentNullException.ThrowIfNull(maps);
        int[] each = [.. Enumerable.Range(0, maps.Count)];
        return All.ToDictionary(m => m.Name, m => maps.Count == 0 ? new Figure(double.NaN, null) : Figure(m, maps, each, ranges));
    }

    private static Figure Figure(LocalizationMeasure measure, IReadOnlyList<MeasuredMap> maps, int[] each, bool ranges)
    {
        var value = measure.Of(maps, each);
        return new Figure(value, ranges && !double.IsNaN(value) ? Bootstrap.Of(maps.Count, drawn => measure.Of(maps, drawn)) : null);
    }

    private static bool Fits(MeasuredMap map) => map.Places.Overlap >= BoxCurve.Overlap;

    private static Func<IReadOnlyList<MeasuredMap>, int[], double> Mean(
        Func<MeasuredMap, bool> of,
        Func<MeasuredMap, bool>? among = null
    ) => Mean(m => of(m) ? 1.0 : 0, among);

    private static Func<IReadOnlyList<MeasuredMap>, int[], double> Mean(
        Func<MeasuredMap, double> of,
        Func<MeasuredMap, bool>? among = null
    ) =>
        (maps, drawn) =>
        {
            var (sum, count) = (0.0, 0);
            foreach (var i in drawn)
            {
                if (among is not null && !among(maps[i]))
                    continue;
                (sum, count) = (sum + of(maps[i]), count + 1);
            }
            return count == 0 ? double.NaN : sum / count;
        };

    private static PixelScores? Sum(IReadOnlyList<MeasuredMap> maps, IEnumerable<int> drawn)
    {
        PixelScores? sum = null;
        foreach (var pixels in drawn.Select(i => maps[i].Places.Pixels).OfType<PixelScores>())
            (sum ??= PixelScores.None).Add(pixels);
        return sum;
    }

    private static double BestSeed(IReadOnlyList<MeasuredMap> maps, int[] drawn)
    {
        double[][] classes =
        [
            .. drawn.GroupBy(i => maps[i].Class).Select(g => Sum(maps, g)).OfType<PixelScores>().Select(c => c.Overlaps()),
        ];
        return classes.Length == 0 ? double.NaN : Enumerable.Range(0, PixelScores.Steps).Max(step => classes.Average(c => c[step]));
    }
}
