using System.Globalization;
using System.Xml.Linq;
using ScottPlot;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The pointing game by class: one bar a way.</summary>
internal static class PointingPlot
{
    private const int Gap = 12;
    private const int LongestName = 24;
    private static readonly double[] Marks = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Draws it.</summary>
    public static XElement Draw(IReadOnlyList<ReportWay> ways, IReadOnlyList<ReportClass> classes)
    {
        var thickness = ways.Count <= 4 ? 9 : 5;
        var row = ways.Count * thickness + Gap;
        var height = row * classes.Count;
        var margins = new PixelPadding(210, 24, 52, 8);
        using var sheet = new PlotSheet((720, height + 60), margins, new(0, 1), new(0, height));
        foreach (var (way, style) in WayStyle.Of(ways).Index())
        {
            Bar[] bars =
            [
                .. classes
                    .Index()
                    .Where(c => !double.IsNaN(c.Item.Pointing[way]))
                    .Select(c => new Bar
                    {
                        Position = height - c.Index * row - (Gap + thickness) / 2.0 - way * thickness,
                        Value = c.Item.Pointing[way],
                        Size = thickness - 1,
                        Orientation = Orientation.Horizontal,
                        FillColor = Color.FromHex(style.Color),
                        LineWidth = 0,
                    }),
            ];
            sheet.Plot.Add.Bars(bars);
        }
        // Bars begin a margin around themselves.
        sheet.Plot.Axes.SetLimits(0, 1, 0, height);
        PlotSheet.Mark(sheet.Plot.Axes.Bottom, Marks);
        PlotSheet.Mark(sheet.Plot.Axes.Left, []);
        foreach (var mark in Marks)
            sheet.Write(sheet.X(mark), sheet.Y(0) + 15, Percent(mark), "middle");
        foreach (var (number, shown) in classes.Index())
            sheet.Write(sheet.X(0) - 9, sheet.Y(height - (number + 0.5) * row), $"{Short(shown.Name)} ({shown.Pictures})", "end");
        sheet.Write(sheet.X(0.5), sheet.Y(0) + 38, "maps whose maximum is in an object", "middle");
        return sheet.Draw("pointing", Description(ways, classes));
    }

    private static string Description(IReadOnlyList<ReportWay> ways, IReadOnlyList<ReportClass> classes) =>
        "Bars of the pointing game by class. "
        + string.Join("; ", classes.Select(c => $"{c.Name}: {string.Join(", ", ways.Zip(c.Pointing, (w, p) => $"{w.Name} {Percent(p)}"))}"))
        + ".";

    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";

    private static string Percent(double share) =>
        double.IsNaN(share) ? "not measured" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
