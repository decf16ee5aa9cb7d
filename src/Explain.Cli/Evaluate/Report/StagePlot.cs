using System.Globalization;
using System.Xml.Linq;
using Explain.Evaluation.Statistics;
using ScottPlot;

namespace Explain.Cli.Evaluate.Report;

/// <summary>How like maps are, by the stage down to which weights were drawn anew: one curve a way.</summary>
internal static class StagePlot
{
    private const int LongestName = 22;
    private const double Step = 0.25;

    /// <summary>Draws it.</summary>
    public static XElement Draw(RandomizationContent content, ReportMeasure measure)
    {
        var (ways, stages) = (content.Kept.Ways, content.Stages.Count);
        var figures = content.ByStage.Select(way => way.Select(stage => stage[measure.Name]).ToArray()).ToArray();
        var low = Math.Min(figures.SelectMany(f => f).Min(f => double.IsNaN(f.Value) ? 0 : f.Range?.Low ?? f.Value), 0);
        double[] marks = [.. Enumerable.Range((int)Math.Floor(low / Step), 5 - (int)Math.Floor(low / Step)).Select(n => n * Step)];
        using var sheet = new PlotSheet((720, 460), new PixelPadding(70, 20, 190, 14), new(0.5, stages + 0.5), new(marks[0], 1));
        var styles = WayStyle.Of(ways);
        // Curves come before their intervals: dashes are given in this order.
        foreach (var (line, style) in figures.Zip(styles))
        {
            var known = line.Index().Where(f => !double.IsNaN(f.Item.Value)).ToArray();
            double[] across = [.. known.Select(f => f.Index + 1.0)];
            sheet.Plot.Add.ScatterLine(across, known.Select(f => f.Item.Value).ToArray(), Color.FromHex(style.Color)).LineWidth = 2.5f;
        }
        foreach (var (line, style) in figures.Zip(styles))
            AddIntervals(sheet, line, Color.FromHex(style.Color));
        double[] numbers = [.. Enumerable.Range(1, stages).Select(n => (double)n)];
        sheet.Plot.Axes.SetLimits(0.5, stages + 0.5, marks[0], 1);
        PlotSheet.Mark(sheet.Plot.Axes.Bottom, numbers);
        PlotSheet.Mark(sheet.Plot.Axes.Left, marks);
        foreach (var (name, number) in content.Stages.Zip(numbers))
            sheet.Write(sheet.X(number), sheet.Y(marks[0]) + 9, Short(name), "end", upward: true);
        foreach (var mark in marks)
            sheet.Write(sheet.X(0.5) - 9, sheet.Y(mark), mark.ToString("0.00", CultureInfo.InvariantCulture), "end");
        sheet.Write(sheet.X((stages + 1) / 2.0), sheet.Y(marks[0]) + 180, content.Axis, "middle");
        return PlotSheet.Dashed(sheet.Draw(measure.Name, Description(content, measure, figures)), styles);
    }

    private static void AddIntervals(PlotSheet sheet, Figure[] line, Color color)
    {
        foreach (var (stage, figure) in line.Index())
        {
            if (figure.Range is { } range)
                sheet.Plot.Add.Line(stage + 1, range.Low, stage + 1, range.High).LineStyle = new LineStyle(1.5f, color);
        }
    }

    // What tells layers apart is at the end of their names.
    private static string Short(string name) => name.Length <= LongestName ? name : $"…{name[^(LongestName - 1)..]}";

    private static string Description(RandomizationContent content, ReportMeasure measure, Figure[][] figures) =>
        $"Curves of {measure.Name} by stage, {string.Join(", ", content.Stages)}. "
        + string.Join("; ", content.Kept.Ways.Zip(figures, (w, f) => $"{w.Name} {string.Join(", ", f.Select(s => Text(content, s)))}"))
        + ".";

    private static string Text(RandomizationContent content, Figure figure) =>
        double.IsNaN(figure.Value) ? "not measured" : content.Kept.Number(figure.Value);
}
