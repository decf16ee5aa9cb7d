using System.Globalization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Report;

/// <summary>A fact of the run.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Value">What it is.</param>
internal sealed record ReportFact(string Name, string Value)
{
    /// <summary>How intervals of means over pictures came about.</summary>
    public static readonly ReportFact IntervalsOfPictures = new("Intervals", "95 %, by drawing the pictures again (bootstrap)");
}

/// <summary>A measure.</summary>
/// <param name="Name">A short name, as it heads a column.</param>
/// <param name="Meaning">What it says.</param>
/// <param name="IsLowerBetter">Whether less of it is better; null where neither is.</param>
internal sealed record ReportMeasure(string Name, string Meaning, bool? IsLowerBetter)
{
    /// <summary>Which values are better, in words; empty where none are.</summary>
    public string Better => IsLowerBetter is { } lower ? $"{(lower ? "lower" : "higher")} is better" : "";
}

/// <summary>A way to explain, with its figures.</summary>
/// <param name="Name">Tells it from the others, in few words.</param>
/// <param name="IsBaseline">Whether its maps know nothing of the model.</param>
/// <param name="Maps">How many maps there are.</param>
/// <param name="Figures">By the name of the measure.</param>
internal sealed record ReportWay(string Name, bool IsBaseline, int Maps, IReadOnlyDictionary<string, Figure> Figures);

/// <summary>The figures of ways to explain.</summary>
/// <param name="Measures">What is measured.</param>
/// <param name="Ways">The ways, in the order of the table.</param>
/// <param name="InPercent">Whether all are shares, written per cent.</param>
internal sealed record ReportFigures(IReadOnlyList<ReportMeasure> Measures, IReadOnlyList<ReportWay> Ways, bool InPercent)
{
    /// <summary>A number as the report writes it.</summary>
    public string Number(double value) => InPercent ? Text(100 * value, "0.0") : Short(value);

    // Figures of one table are of very different sizes.
    private static string Short(double value) =>
        Math.Abs(value) switch
        {
            0 => "0",
            >= 1e5 or < 5e-4 => Text(value, "0.0e0"),
            >= 100 => Text(value, "0"),
            >= 10 => Text(value, "0.0"),
            _ => Text(value, "0.000"),
        };

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
