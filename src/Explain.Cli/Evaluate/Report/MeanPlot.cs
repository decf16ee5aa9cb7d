using System.Globalization;
using System.Xml.Linq;
using Explain.Evaluation.Statistics;
using ScottPlot;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The mean of a measure with its interval: one line a way, on a scale of the measure's own.</summary>
internal static class MeanPlot
{
    private const int Row = 24;
    private const int LongestName = 18;

    /// <summary>Whether there is anything to draw.</summary>
    public static bool IsPossible(ReportFigures figures, ReportMeasure measure) =>
        figures.Ways.Any(w => !double.IsNaN(w.Figures[measure.Name].Value));

    /// <summary>Draws it.</summary>
    public static XElement Draw(ReportFigures figures, ReportMeasure measure)
    {
        var (ways, height) = (figures.Ways, Row * figures.Ways.Count);
        var marks = Marks([.. ways.Select(w => w.Figures[measure.Name]).Where(f => !double.IsNaN(f.Value))]);
        // Points at an end are whole.
        var margin = (marks[^1] - marks[0]) / 40;
        var (left, right) = (marks[0] - margin, marks[^1] + margin);
        using var sheet = new PlotSheet((400, height + 36), new PixelPadding(140, 26, 30, 6), new(left, right), new(0, height));
        foreach (var (number, (way, style)) in ways.Zip(WayStyle.Of(ways)).Index())
        {
            var (figure, y, color) = (way.Figures[measure.Name], height - (number + 0.5) * Row, Color.FromHex(style.Color));
            sheet.Write(sheet.X(left) - 9, sheet.Y(y), Short(way.Name), "end");
            if (double.IsNaN(figure.Value))
                continue;
            if (figure.Range is { } range)
                sheet.Plot.Add.Line(range.Low, y, range.High, y).LineStyle = new LineStyle(2.5f, color);
            sheet.Plot.Add.Marker(figure.Value, y, MarkerShape.FilledCircle, 9, color);
        }
        sheet.Plot.Axes.SetLimits(left, right, 0, height);
        PlotSheet.Mark(sheet.Plot.Axes.Bottom, marks);
        PlotSheet.Mark(sheet.Plot.Axes.Left, []);
        foreach (var mark in marks)
            sheet.Write(sheet.X(mark), sheet.Y(0) + 15, mark.ToString("G3", CultureInfo.InvariantCulture), "middle");
        return sheet.Draw(measure.Name, Description(figures, measure));
    }

    // Round numbers, from below the least to above the most; a few only, whose words do not touch.
    private static double[] Marks(Figure[] figures)
    {
        var (low, high) = (figures.Min(f => f.Range?.Low ?? f.Value), figures.Max(f => f.Range?.High ?? f.Value));
        if (low.Equals(high))
            (low, high) = (low - Math.Max(Math.Abs(low), 1) / 2, high + Math.Max(Math.Abs(high), 1) / 2);
        var size = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 3)));
        var step = size * ((double[])[1, 2, 5, 10]).First(s => Math.Ceiling(high / (s * size)) - Math.Floor(low / (s * size)) <= 4);
        var (first, last) = ((int)Math.Floor(low / step), (int)Math.Ceiling(high / step));
        return [.. Enumerable.Range(first, last - first + 1).Select(n => n * step)];
    }

    // Models are told apart by the beginning, methods and layers by the end.
    private static string Short(string name) =>
        name.Length <= LongestName ? name : $"{name[..(LongestName / 3)]}…{name[^(LongestName - LongestName / 3 - 1)..]}";

    private static string Description(ReportFigures figures, ReportMeasure measure) =>
        $"Means of {measure.Name} with their intervals. "
        + string.Join("; ", figures.Ways.Select(w => $"{w.Name} {Text(figures, w.Figures[measure.Name])}"))
        + ".";

    private static string Text(ReportFigures figures, Figure figure) =>
        double.IsNaN(figure.Value) ? "not measured"
        : figure.Range is { } range ? $"{figures.Number(figure.Value)}, {figures.Number(range.Low)} to {figures.Number(range.High)}"
        : figures.Number(figure.Value);
}
