using Explain.Cli.Evaluate.Report;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>What a run was asked for.</summary>
/// <param name="Pictures">The pictures.</param>
/// <param name="Models">The models, each with the pictures' objects by its classes.</param>
/// <param name="Question">What is asked of every picture.</param>
internal sealed record LocalizationTask(IAnnotatedPictures Pictures, IReadOnlyList<MatchedModel> Models, MapQuestion Question);

/// <summary>Puts together what a report says.</summary>
/// <param name="task">What was asked for.</param>
/// <param name="results">What is measured.</param>
internal sealed class ReportContents(LocalizationTask task, LocalizationResults results)
{
    private const int MostClasses = 30;
    private const int FewestClasses = 6;

    // More cannot be told apart.
    private const int MostBars = 240;

    private readonly Way[] _ways = [.. results.All.Select(l => l.Way)];
    private readonly WayNames _names = new([.. results.All.Select(l => l.Way)]);

    /// <summary>All of it; pictures are explained for it.</summary>
    public async Task<ReportContent> MakeAsync(CancellationToken cancellation)
    {
        var choice = new ReportChoice(results.Rows);
        var galleries = new List<ReportGallery>();
        if (_ways.FirstOrDefault(w => !w.IsBaseline) is { } first)
        {
            var name = _names.Of(first);
            await AddAsync("Best pictures", $"The boxes of {name} that fit best.", choice.Best(first));
            await AddAsync("Worst pictures", $"The boxes of {name} that fit worst.", choice.Worst(first));
        }
        await AddAsync(
            "Most disputed pictures",
            "The same class on the same picture, by the way whose box fits best and the one whose box fits worst.",
            choice.Disputed()
        );
        var figures = new ReportFigures(
            [.. LocalizationMeasures.All.Select(m => new ReportMeasure(m.Name, m.Meaning, m.IsError))],
            [.. results.All.Select(l => new ReportWay(_names.Of(l.Way), l.Way.IsBaseline, l.Maps, l.Figures))],
            InPercent: true
        );
        return new ReportContent([.. Facts()], figures, [.. results.All.Select(Fits)], Classes(), galleries);

        async Task AddAsync(string title, string meaning, IReadOnlyList<ChosenPicture> chosen)
        {
            var pictures = new ReportPictures(task.Models, task.Question, task.Pictures);
            var drawn = new List<ReportPicture>();
            foreach (var picture in chosen)
                drawn.Add(await pictures.DrawAsync(picture, _names.Of, cancellation));
            galleries.Add(new ReportGallery(title, meaning, drawn));
        }
    }

    private IEnumerable<ReportFact> Facts() =>
        new RunFacts(task.Pictures.Name, [.. task.Models.Select(m => m.Model.Description)], task.Question)
            .Of(results.Rows.Select(r => r.Item).Distinct().Count(), results.Failed, _ways)
            .Append(new ReportFact("Annotations", task.Pictures.Annotations))
            .Append(new ReportFact("Intervals", "95 %, by drawing the maps again (bootstrap)"));

    private IReadOnlyList<double> Fits(LocalizationLine line)
    {
        var fits = new int[BoxCurve.Levels];
        foreach (var row in results.Rows.Where(r => r.Way() == line.Way))
        {
            for (var level = 0; level < fits.Length; level++)
                fits[level] += row.LargestOverlaps![level] >= (float)BoxCurve.Overlap ? 1 : 0;
        }
        return [.. fits.Select(f => f / (double)line.Maps)];
    }

    private IReadOnlyList<ReportClass> Classes() =>
        [
            .. results
                .Classes.GroupBy(l => l.Class!)
                .OrderByDescending(g => g.Max(l => l.Maps))
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .Take(Math.Clamp(MostBars / _ways.Length, FewestClasses, MostClasses))
                .Select(g => new ReportClass(
                    g.Key,
                    g.Max(l => l.Maps),
                    [.. _ways.Select(w => g.FirstOrDefault(l => l.Way == w)?.Figures[LocalizationMeasures.Pointing].Value ?? double.NaN)]
                )),
        ];
}
