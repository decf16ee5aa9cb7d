using System.Globalization;
using System.Text;
using Explain.Cli.Evaluate.Report;
using Explain.Cli.Jobs.Output;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate;

/// <summary>What was compared: a table on the terminal, as CSV and as JSON, a page with plots, and a sentence for each method.</summary>
/// <param name="shell">Gets table and sentences.</param>
/// <param name="folder">Has the rows, and gets the files.</param>
internal sealed class RandomizationReport(Shell shell, OutputFolder folder)
{
    private const string Name = "randomization";
    private const string Magnitudes = "rank-of-magnitudes";

    // Rules of thumb: edges of the picture alone give every map something in common with another.
    private const double InPart = 0.6;
    private const double Hardly = 0.7;

    // csharpier-ignore
    private static readonly (ReportMeasure Facts, Func<RandomizationRow, double> Of)[] Measures =
    [
        (new("rank",      "Spearman's rank correlation of both maps",           null), r => r.RankCorrelation),
        (new(Magnitudes,  "the same of the magnitudes of their values",         null), r => r.RankCorrelationOfMagnitudes),
        (new("structure", "structural similarity (SSIM) of both maps as shown", null), r => r.Structure),
    ];

    /// <summary>Reads all rows and writes what they say.</summary>
    /// <param name="facts">What the page says of the run.</param>
    /// <param name="cascade">Which weights were drawn anew.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public async Task WriteAsync(RunFacts facts, Cascade cascade, CancellationToken cancellation)
    {
        using var hold = await SummaryHold.TakeAsync(folder, cancellation);
        var rows = await RowFile.ReadAllAsync<RandomizationRow>(folder.AllParts, cancellation);
        if (rows.Count == 0)
            return;
        var failed = (await RowFile.ReadAllAsync<RandomizationRow>(folder.AllFailures, cancellation)).Count;
        var pictures = rows.Select(r => r.Item).Distinct().Count();
        var ways = rows.GroupBy(r => r.Way()).OrderBy(g => g.Key.Method, StringComparer.Ordinal).ToArray();
        var names = new WayNames([.. ways.Select(g => g.Key)]);
        FigureLine[] stages = [.. ways.SelectMany(Stages)];
        FigureLine[] all = [.. ways.Select(g => Line(g.Key, [], g))];
        string[] sentences = [.. all.Select(Sentence)];
        shell.Out.WriteLine($"{pictures} pictures; maps beside those of the model with weights drawn anew");
        Columns.Write(shell, ["method", "layer", cascade.Until, "maps", .. Measures.Select(m => m.Facts.Name)], [.. stages.Select(Cells)]);
        foreach (var sentence in sentences)
            shell.Out.WriteLine(sentence);
        await hold.WriteAsync($"{Name}.csv", FigureTable.Csv(stages));
        await hold.WriteAsync($"{Name}.json", FigureTable.Json(stages));
        var page = RandomizationPage.Write(
            new RandomizationContent(
                [
                    .. facts.Of(pictures, failed, [.. ways.Select(g => g.Key)]),
                    new ReportFact("Weights", $"drawn anew {cascade.Order}"),
                    ReportFact.IntervalsOfPictures,
                ],
                sentences,
                new ReportFigures(
                    [.. Measures.Select(m => m.Facts)],
                    [.. all.Select(l => new ReportWay(names.Of(l.Way), false, l.Maps, l.Figures))],
                    InPercent: false
                ),
                $"weights drawn anew {cascade.Until}",
                [.. stages.Where(l => l.Way == ways[0].Key).Select(DrawnAnew)],
                [.. all.Select(w => stages.Where(l => l.Way == w.Way).Select(l => l.Figures).ToArray())]
            )
        );
        await hold.WriteAsync("report.html", Encoding.UTF8.GetBytes(page));
    }

    private static IEnumerable<FigureLine> Stages(IGrouping<Way, RandomizationRow> way) =>
        way.GroupBy(r => (r.Stage, r.DrawnAnew))
            .OrderBy(g => g.Key.Stage)
            .Select(g => Line(way.Key, [new("stage", g.Key.Stage), new("drawn_anew", g.Key.DrawnAnew)], g));

    // Maps that are constant have no ranks.
    private static FigureLine Line(Way way, IReadOnlyList<KeyValuePair<string, object?>> stage, IEnumerable<RandomizationRow> rows) =>
        new(way, stage, rows.Count(), Measures.ToDictionary(m => m.Facts.Name, m => Figure.OfMean(rows.Select(r => (r.Item, m.Of(r))))));

    private static string DrawnAnew(FigureLine stage) => (string)stage.Further[1].Value!;

    private static string[] Cells(FigureLine stage) =>
        [stage.Way.Method, stage.Way.Layer!, DrawnAnew(stage), $"{stage.Maps}", .. stage.Figures.Values.Select(Text)];

    private static string Sentence(FigureLine way)
    {
        var kept = way.Figures[Magnitudes];
        var verdict =
            double.IsNaN(kept.Value) ? "its maps are constant there"
            : kept.Value >= Hardly ? "it hardly depends on what the model has learnt"
            : kept.Value >= InPart ? "it depends on what the model has learnt in part"
            : "it depends on what the model has learnt";
        return $"{way.Way.Method} at {way.Way.Layer}: over all stages its maps keep a rank correlation of magnitudes of {Text(kept)}: "
            + verdict;
    }

    private static string Text(Figure figure) => FigureTable.Text(figure, n => n.ToString("0.00", CultureInfo.InvariantCulture));
}
