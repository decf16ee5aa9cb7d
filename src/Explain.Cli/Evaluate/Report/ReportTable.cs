using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The table of figures.</summary>
internal static class ReportTable
{
    private const string Star = """<span aria-hidden="true">★ </span>""";

    /// <summary>Writes it: ways, then baselines; the best way of each column is marked.</summary>
    public static string Write(ReportFigures figures)
    {
        ReportWay[] known = [.. figures.Ways.Where(w => !w.IsBaseline)];
        ReportWay[] baselines = [.. figures.Ways.Where(w => w.IsBaseline)];
        return $"""
            <div class="wide" role="region" aria-labelledby="figures-caption" tabindex="0">
            <table>
            <caption id="figures-caption"><span>{Caption(figures)}</span></caption>
            <thead><tr><th scope="col">way</th><th scope="col">maps</th>{string.Concat(figures.Measures.Select(Head))}</tr></thead>
            <tbody>
            {string.Join('\n', known.Select(w => Row(w, figures, known)))}
            </tbody>
            {(baselines.Length > 0 ? Baselines(baselines, figures) : "")}
            </table>
            </div>
            """;
    }

    private static string Caption(ReportFigures figures) =>
        $"{(figures.InPercent ? "Per cent; below" : "Below")} each figure its 95 % interval."
        + (figures.Measures.Any(m => m.IsLowerBetter is not null) ? " ★ marks the best of a column, baselines aside." : "");

    private static string Baselines(ReportWay[] baselines, ReportFigures figures) =>
        $"""
            <tbody class="baselines">
            <tr><th scope="rowgroup" colspan="{figures.Measures.Count + 2}">baselines: maps that know nothing of the model</th></tr>
            {string.Join('\n', baselines.Select(w => Row(w, figures, [])))}
            </tbody>
            """;

    private static string Head(ReportMeasure measure) =>
        measure.IsLowerBetter is null
            ? $"""<th scope="col">{measure.Name}</th>"""
            : $"""<th scope="col">{measure.Name}<span class="unseen">, {measure.Better}</span></th>""";

    private static string Row(ReportWay way, ReportFigures figures, ReportWay[] rivals) =>
        $"""<tr><th scope="row"><bdi>{PageText.Encoded(way.Name)}</bdi></th><td>{way.Maps}</td>{string.Concat(
            figures.Measures.Select(m => Cell(way.Figures[m.Name], figures, IsBest(way, figures, m, rivals)))
        )}</tr>""";

    private static string Cell(Figure figure, ReportFigures figures, bool best)
    {
        if (double.IsNaN(figure.Value))
            return """<td class="none">–</td>""";
        var value = figures.Number(figure.Value);
        var interval = figure.Range is { } range ? $"<small>{figures.Number(range.Low)} to {figures.Number(range.High)}</small>" : "";
        return best
            ? $"""<td class="best"><strong>{Star}{value}<span class="unseen"> (best)</span></strong>{interval}</td>"""
            : $"<td>{value}{interval}</td>";
    }

    // Where all are alike, as they are written, none is.
    private static bool IsBest(ReportWay way, ReportFigures figures, ReportMeasure measure, ReportWay[] rivals)
    {
        double[] values = [.. rivals.Select(r => r.Figures[measure.Name].Value).Where(v => !double.IsNaN(v))];
        if (measure.IsLowerBetter is not { } lower || values.Length == 0)
            return false;
        var (best, worst) = lower ? (values.Min(), values.Max()) : (values.Max(), values.Min());
        return figures.Number(best) != figures.Number(worst) && figures.Number(way.Figures[measure.Name].Value) == figures.Number(best);
    }
}
