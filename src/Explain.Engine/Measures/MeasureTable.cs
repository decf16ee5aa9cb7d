using Explain.Engine.Vocabulary;
using static Explain.Engine.Measures.Pictures;

namespace Explain.Engine.Measures;

/// <summary>All measures of a map; a row may use what those above it found.</summary>
public static class MeasureTable
{
    private const string Share = "0 to 1",
        NotNegative = "0 and more",
        OfScore = "of the score",
        Higher = "higher";

    /// <summary>What the better values of a measure are called that should be small; more may follow.</summary>
    internal const string Lower = "lower";

    // csharpier-ignore
    internal static IReadOnlyList<Measure> All { get; } =
    [
        new(new("deletion", "Area under the score while pixels go, the most important first (Petsiuk et al. 2018, algorithm 1)", OfScore, Lower),
            (f, m) => f with { Deletion = Curve.Area(m, Deleted) }, f => f.Deletion) { Shown = [Deleted] },
        new(new("insertion", "The same while they come", OfScore, Higher),
            (f, m) => f with { Insertion = Curve.Area(m, Inserted) }, f => f.Insertion) { Shown = [Inserted] },
        new(new("drop", "Share of the score s that the image loses under the map, max(0, s − s′)/s (Chattopadhyay et al. 2018, average drop)", Share, Lower),
            (f, m) => f with { Drop = Confidence.Drop(m) }, f => f.Drop) { Shown = [Masked] },
        new(new("increase", "Whether the score grows under the map (Chattopadhyay et al. 2018, increase in confidence)", "false, true", "true"),
            (f, m) => f with { Increase = Confidence.Increases(m) }, f => f.Increase ? 1 : 0) { Shown = [Masked] },
        new(new("averageGain", "Share of what the probability lacks to 1 that the image gains under the map, max(0, s′ − s)/(1 − s) (Zhang et al. 2023, Opti-CAM, average gain)", Share, Higher),
            (f, m) => f with { AverageGain = Confidence.Gain(m) }, f => f.AverageGain) { Shown = [Masked] },
        new(new("road", "Half of what the score is higher for without the least than without the most important 20, 40, 60 and 80 % of the pixels, imputed from their neighbours (Rong et al. 2022, section 4.2)", "−0.5 to 0.5 of a probability", Higher),
            (f, m) => f with { Road = Road.Of(m, _ => true) }, f => f.Road) { Shown = [Imputed] },
        new(new("coherency", "How much the map is like that of the image under it, (r + 1)/2 with Pearson's r (Poppi et al. 2021); 0.5 for a map that is the same everywhere", Share, Higher),
            (f, m) => f with { Coherency = Coherency(m) }, f => f.Coherency) { Explained = [Masked] },
        new(new("complexity", "Mean of the map as it is shown (Poppi et al. 2021)", Share, Lower),
            (f, m) => f with { Complexity = MapStatistics.Mean(m.Map.Heat) }, f => f.Complexity),
        new(new("adcc", "3/(1/coherency + 1/(1 − complexity) + 1/(1 − drop)), the drop as a share (Poppi et al. 2021)", Share, Higher),
            (f, m) => f with { Adcc = Confidence.Adcc(m, f.Coherency, f.Complexity) }, f => f.Adcc) { Shown = [Masked] },
        new(new("arcc", "The same with twice `road`, cut to 0..1, in the place of 1 − drop, and 1e-8 added to each divisor (pytorch-grad-cam)", Share, Higher),
            (f, m) => f with { Arcc = Confidence.Arcc(m, f.Coherency, f.Complexity) }, f => f.Arcc) { Shown = [Imputed] },
        new(new("infidelity", "Mean of (Σ map − (f(x) − f(x − I)))² over 32 random squares I that get the baseline; the sum is that of the raw map in the square, f what was explained (Yeh et al. 2019, definition 2.1, square removal)", NotNegative, Lower),
            (f, m) => f with { Infidelity = RandomSquares.Infidelity(m) }, f => f.Infidelity) { Shown = [Squares] },
        new(new("scaledInfidelity", "The same with the map times the one factor that makes it least, for maps in no unit of the score (Yeh et al. 2019, optimal scaling)", NotNegative, Lower),
            (f, m) => f with { ScaledInfidelity = RandomSquares.ScaledInfidelity(m) }, f => f.ScaledInfidelity) { Shown = [Squares] },
        new(new("sensitivity", "Largest ‖φ(x + u) − φ(x)‖/‖φ(x)‖ of the raw map φ over ten u, even in ±0.02 of the model's input (Yeh et al. 2019, max-sensitivity)", NotNegative, Lower),
            (f, m) => f with { Sensitivity = Nearness.Sensitivity(m) }, f => f.Sensitivity) { Explained = [Nearby] },
        new(new("sparseness", "Gini index of the raw map's magnitudes (Chalasani et al. 2020; Quantus' sparseness)", Share, "higher: fewer pixels"),
            (f, m) => f with { Sparseness = MapStatistics.Gini(m.Map.Values) }, f => f.Sparseness),
        new(new("entropy", "Entropy −Σ p ln p of each pixel's share p in the raw map's magnitude (Bhatt et al. 2020, complexity)", "0 to ln of the pixels", "lower: fewer pixels"),
            (f, m) => f with { Entropy = MapStatistics.Entropy(m.Map.Values) }, f => f.Entropy),
    ];

    /// <summary>What they are.</summary>
    public static IReadOnlyList<MeasureFacts> Facts { get; } = [.. All.Select(m => m.Facts)];

    /// <summary>What was found by each measure that has a value, by its name; 1 for true and 0 for false.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Values(Faithfulness found) =>
        from measure in All
        let value = measure.Value(found)
        where value is not null
        select KeyValuePair.Create(measure.Facts.Name, value.Value);

    /// <summary>What the libraries that can be followed do in other ways.</summary>
    public static IReadOnlyList<(string Library, string Notes)> Conventions { get; } =
    [.. Vocabulary.Conventions.Names.Select(n => (n, MeasureConvention.Of(Vocabulary.Conventions.Of(n)).Notes))];

    /// <summary>Kinds of pictures that the model is shown.</summary>
    internal static IReadOnlyList<Pictures> AllShown { get; } = [.. All.SelectMany(m => m.Shown).Distinct()];

    /// <summary>Forward passes for one map: all pictures, and the image itself.</summary>
    /// <param name="compat">The convention.</param>
    /// <param name="pixels">Pixels of the model's input.</param>
    public static int Passes(Compat compat, int pixels) => AllShown.Sum(p => p.Count(MeasureConvention.Of(compat), pixels)) + 1;

    /// <summary>How many times more one map is explained.</summary>
    /// <param name="compat">The convention.</param>
    /// <param name="pixels">Pixels of the model's input.</param>
    public static int Explanations(Compat compat, int pixels) =>
        All.SelectMany(m => m.Explained).Sum(p => p.Count(MeasureConvention.Of(compat), pixels));

    private static double? Coherency(Measurement of) =>
        of.Map.IsRepeatable
            ? (MapStatistics.Correlation(of.Map.Heat, of.Again(Masked).Single().Heat, of.Convention.CorrelationEpsilon) + 1) / 2
            : null;
}
