using System.Globalization;
using System.Xml.Linq;
using Explain.Evaluation.Localization;
using ScottPlot;

namespace Explain.Cli.Evaluate.Report;

/// <summary>How many boxes fit, by the threshold at which they are drawn: one curve a way.</summary>
internal static class FitPlot
{
    private static readonly double[] Marks = [0, 0.2, 0.4, 0.6, 0.8, 1];

    /// <summary>Draws it.</summary>
    /// <param name="ways">The ways.</param>
    /// <param name="fits">By way, by step of the threshold: the share of boxes that fit.</param>
    public static XElement Draw(IReadOnlyList<ReportWay> ways, IReadOnlyList<IReadOnlyList<double>> fits)
    {
        using var sheet = new PlotSheet((720, 400), new PixelPadding(78, 20, 52, 14), new(0, 1), new(0, 1));
        double[] thresholds = [.. Enumerable.Range(0, BoxCurve.Levels).Select(level => level / (double)BoxCurve.Levels)];
        var styles = WayStyle.Of(ways);
        foreach (var (way, fit, style) in ways.Zip(fits, styles))
        {
            var curve = sheet.Plot.Add.ScatterLine(thresholds, fit.ToArray(), Color.FromHex(style.Color));
            curve.LineWidth = way.IsBaseline ? 1.5f : 2.5f;
        }
        PlotSheet.Mark(sheet.Plot.Axes.Bottom, Marks);
        PlotSheet.Mark(sheet.Plot.Axes.Left, Marks);
        foreach (var mark in Marks)
        {
            sheet.Write(sheet.X(mark), sheet.Y(0) + 15, mark.ToString("0.0", CultureInfo.InvariantCulture), "middle");
            sheet.Write(sheet.X(0) - 9, sheet.Y(mark), Percent(mark), "end");
        }
        sheet.Write(sheet.X(0.5), sheet.Y(0) + 38, "threshold, share of the map's range", "middle");
        sheet.Write(14, sheet.Y(0.5), "boxes that fit", "middle", upward: true);
        return PlotSheet.Dashed(sheet.Draw("fit", Description(ways, fits)), styles);
    }

    private static string Description(IReadOnlyList<ReportWay> ways, IReadOnlyList<IReadOnlyList<double>> fits) =>
        $"Curves of the share of boxes that fit against the threshold. The best of each: {string.Join("; ", ways.Zip(fits, Best))}.";

    private static string Best(ReportWay way, IReadOnlyList<double> fits)
    {
        var best = Enumerable.Range(0, fits.Count).MaxBy(level => fits[level]);
        return string.Create(CultureInfo.InvariantCulture, $"{way.Name} {Percent(fits[best])} at {best / (double)BoxCurve.Levels:0.00}");
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
