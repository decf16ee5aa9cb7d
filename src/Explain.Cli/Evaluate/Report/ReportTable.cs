using System.Globalization;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate.Report;

/// <summary>The table of figures.</summary>
internal static class ReportTable
{
    private const string Star = """<span aria-hidden="true">★ </span>""";

    /// <summary>Writes it: ways, then baselines; the best way of each column is marked.</summary>
    public static string Write(IReadOnlyList<ReportWay> ways)
    {
        ReportWay[] known = [.. ways.Where(w => !w.IsBaseline)];
        ReportWay[] baselines = [.. ways.Where(w => w.IsBaseline)];
        return $"""
            <div class="wide" role="region" aria-labelledby="figures-caption" tabindex="0">
            <table>
            <caption id="figures-caption"><span>Per cent; below each figure its 95 % interval. ★ marks the best of a column, baselines
            aside.</span></caption>
            <thead><tr><th scope="col">way</th><th scope="col">maps</th>{string.Concat(LocalizationMeasures.All.Select(Head))}</tr></thead>
            <tbody>
            {string.Join('\n', known.Select(w => Row(w, known)))}
            </tbody>
            <tbody class="baselines">
            <tr><th scope="rowgroup" colspan="{LocalizationMeasures.All.Count + 2}">baselines: maps that know nothing of the model</th></tr>
            {string.Join('\n', baselines.Select(w => Row(w, [])))}
            </tbody>
            </table>
            </div>
            """;
    }

    private static string Head(LocalizationMeasure measure) =>
        $"""<th scope="col">{measure.Name}<span class="unseen">, {(measure.IsError ? "lower" : "higher")} is better</span></th>""";

    private static string Row(ReportWay way, ReportWay[] rivals) =>
        $"""<tr><th scope="row"><bdi>{PageText.Encoded(way.Name)}</bdi></th><td>{way.Maps}</td>{string.Concat(
            LocalizationMeasures.All.Select(m => Cell(way.Figures[m.Name], IsBest(way, m, rivals)))
        )}</tr>""";

    private static string Cell(Figure figure, bool best)
    {
        if (double.IsNaN(figure.Value))
            return """<td class="none">–</td>""";
        var value = Number(figure.Value);
        var interval = figure.Range is { } range ? $"<small>{Number(range.Low)} to {Number(range.High)}</small>" : "";
        return best
            ? $"""<td class="best"><strong>{Star}{value}<span class="unseen"> (best)</span></strong>{interval}</td>"""
            : $"<td>{value}{interval}</td>";
    }

    // Where all are alike, none is.
    private static bool IsBest(ReportWay way, LocalizationMeasure measure, ReportWay[] rivals)
    {
        double[] values = [.. rivals.Select(r => r.Figures[measure.Name].Value).Where(v => !double.IsNaN(v))];
        if (values.Length == 0 || values.Min().Equals(values.Max()))
            return false;
        return way.Figures[measure.Name].Value.Equals(measure.IsError ? values.Min() : values.Max());
    }

    private static string Number(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
