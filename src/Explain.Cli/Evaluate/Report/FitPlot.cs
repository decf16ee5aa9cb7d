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
    public static XElement Draw(IReadOnlyList<ReportWay> ways)
    {
        using var sheet = new PlotSheet((720, 400), new PixelPadding(78, 20, 52, 14), new(0, 1), new(0, 1));
        double[] thresholds = [.. Enumerable.Range(0, BoxCurve.Levels).Select(level => level / (double)BoxCurve.Levels)];
        var styles = WayStyle.Of(ways);
        foreach (var (way, style) in ways.Zip(styles))
        {
            var curve = sheet.Plot.Add.ScatterLine(thresholds, way.Fits.ToArray(), Color.FromHex(style.Color));
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
        return Dashed(sheet.Draw("fit", Description(ways)), styles);
    }

    // The library cannot write dashes as such. It draws each curve in a group of its own.
    private static XElement Dashed(XElement drawing, IReadOnlyList<WayStyle> styles)
    {
        foreach (var (group, style) in drawing.Elements("g").Zip(styles))
        {
            foreach (var path in group.Elements("path"))
                path.SetAttributeValue("stroke-dasharray", style.Dashes);
        }
        return drawing;
    }

    private static string Description(IReadOnlyList<ReportWay> ways) =>
        "Curves of the share of boxes that fit against the threshold. The best of each: " + string.Join("; ", ways.Select(Best)) + ".";

    private static string Best(ReportWay way)
    {
        var best = Enumerable.Range(0, way.Fits.Count).MaxBy(level => way.Fits[level]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{way.Name} {Percent(way.Fits[best])} at {best / (double)BoxCurve.Levels:0.00}"
        );
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
