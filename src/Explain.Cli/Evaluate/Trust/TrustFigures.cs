using System.Globalization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>A figure that each of two models has.</summary>
/// <param name="Name">A short name, as it heads a line.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Of">The figure of one map, 0..1; not a number where nothing can be said.</param>
internal sealed record TrustFigure(string Name, string Meaning, Func<TrustRow, double> Of);

/// <summary>A figure of two models on the same pictures.</summary>
/// <param name="Figure">What it is.</param>
/// <param name="First">The first model's mean over pictures.</param>
/// <param name="Second">The second model's.</param>
/// <param name="Difference">The second less the first.</param>
/// <param name="Probability">Of the sign test: that chance alone parts the pictures as unevenly.</param>
internal sealed record ComparedFigure(TrustFigure Figure, Figure First, Figure Second, Figure Difference, double Probability)
{
    private const double Level = 0.05;

    /// <summary>The probability as text.</summary>
    public string Chance => Probability < 0.0001 ? "< 0.0001" : Probability.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Whether one model has more of it: −1 the first, 1 the second, 0 where chance may be all.</summary>
    public int Sign => Probability < Level ? Math.Sign(Difference.Value) : 0;
}

/// <summary>Every figure that each of two models has.</summary>
internal static class TrustFigures
{
    /// <summary>Name of the share of pictures whose class is predicted.</summary>
    public const string Accuracy = "accuracy";

    /// <summary>Name of the pointing game.</summary>
    public const string Pointing = "pointing";

    /// <summary>Name of the share of the heat that is in objects.</summary>
    public const string Inside = "inside";

    /// <summary>In the order of the table.</summary>
    // csharpier-ignore
    public static IReadOnlyList<TrustFigure> All { get; } =
    [
        new(Accuracy, "share of pictures whose class is predicted",                                r => r.Right ? 1 : 0),
        new(Pointing, "share of maps whose maximum is in an object, where those are known",        r => r.Known ? r.Points ? 1 : 0 : double.NaN),
        new(Inside,   "share of the heat that is in objects, where those are known",               r => r.Inside),
        new("border", "share of the heat in the outermost eighth of the picture on each side",     r => r.Border),
    ];

    /// <summary>A figure of both models: means over pictures, each with the mean of its classes.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="pairs">The maps.</param>
    public static ComparedFigure Compare(TrustFigure figure, IEnumerable<PairedMaps> pairs)
    {
        (string Item, double First, double Second)[] pictures =
        [
            .. pairs
                .Select(p => (p.First.Item, First: figure.Of(p.First), Second: figure.Of(p.Second)))
                .Where(p => !double.IsNaN(p.First) && !double.IsNaN(p.Second))
                .GroupBy(p => p.Item)
                .Select(g => (g.Key, g.Average(p => p.First), g.Average(p => p.Second))),
        ];
        return new ComparedFigure(
            figure,
            Figure.OfMean(pictures.Select(p => (p.Item, p.First))),
            Figure.OfMean(pictures.Select(p => (p.Item, p.Second))),
            Figure.OfMean(pictures.Select(p => (p.Item, p.Second - p.First))),
            ExactTests.Sign(pictures.Count(p => p.First > p.Second), pictures.Count(p => p.Second > p.First))
        );
    }
}
