using System.Globalization;
using Explain.Evaluation.Clusters;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>What is found.</summary>
/// <param name="Pictures">How many pictures there are.</param>
/// <param name="Classes">How many classes are on them.</param>
/// <param name="Failed">How many could not be explained.</param>
/// <param name="Accuracy">The share of pictures whose class is predicted.</param>
/// <param name="Mistakes">The others, by name.</param>
/// <param name="Clusters">Clusters of the maps of each class, the suspicious ones first.</param>
/// <param name="Names">Labels by index, of the classes that pictures are taken for, too.</param>
/// <param name="Ways">How the maps were made.</param>
/// <param name="Sampled">Classes of whose maps not all were compared with each other.</param>
internal sealed record ErrorsResults(
    int Pictures,
    int Classes,
    int Failed,
    Figure Accuracy,
    IReadOnlyList<Mistake> Mistakes,
    IReadOnlyList<ClassCluster> Clusters,
    IReadOnlyDictionary<int, string> Names,
    IReadOnlyList<Way> Ways,
    IReadOnlyList<string> Sampled
)
{
    /// <summary>What rows say.</summary>
    /// <param name="rows">Every map.</param>
    /// <param name="failed">How many pictures could not be explained.</param>
    public static ErrorsResults Of(IEnumerable<ErrorsRow> rows, int failed)
    {
        ErrorsRow[] sorted = [.. rows.OrderBy(r => r.Item, StringComparer.Ordinal).ThenBy(r => r.ClassIndex)];
        var clusters = ClassClusters.Of([.. sorted.Select(r => r.Map())]);
        var pictures = sorted.GroupBy(r => r.Item).ToArray();
        var inRegion = clusters.Where(c => c.IsSuspicious).SelectMany(c => c.Maps).Select(m => (m.Picture, m.Class)).ToHashSet();
        var names = sorted.GroupBy(r => r.ClassIndex).ToDictionary(g => g.Key, g => g.First().Class);
        return new ErrorsResults(
            pictures.Length,
            sorted.Where(r => r.IsThere).Select(r => r.ClassIndex).Distinct().Count(),
            failed,
            Figure.OfMean(pictures.Select(p => (p.Key, p.First().Right ? 1.0 : 0))),
            [
                .. pictures
                    .Where(p => !p.First().Right)
                    .Select(p =>
                    {
                        var wrong = p.Single(r => !r.IsThere);
                        var most = p.Where(r => r.IsThere).MaxBy(r => r.Probability)!;
                        return new Mistake(wrong, most, inRegion.Contains((wrong.Item, wrong.ClassIndex)));
                    }),
            ],
            clusters,
            names,
            [.. sorted.Select(r => r.Way()).Distinct()],
            [.. sorted.CountBy(r => r.ClassIndex).Where(c => c.Value > MapClustering.MostCompared).Select(c => names[c.Key])]
        );
    }

    /// <summary>What is most suspicious, in a sentence; or that nothing is.</summary>
    public string Verdict
    {
        get
        {
            ClassCluster[] suspicious = [.. Clusters.Where(c => c.IsSuspicious)];
            return suspicious switch
            {
                [] when Names.Count < 2 => "Only one class: nothing tells whether its maps look where those of any other would.",
                [] => "No class stands out by a region of its own that is fixed in the picture.",
                [var first, ..] => $"Most suspicious: {Sentence(first)}"
                    + (suspicious.Length > 1 ? $" {suspicious.Length - 1} more below." : ""),
            };
        }
    }

    /// <summary>What makes a cluster suspicious.</summary>
    public string Sentence(ClassCluster cluster) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"'{Names[cluster.Class]}' by {cluster.Region.Words} ({cluster.Region.Box}): {100 * cluster.Own:0} % of its maps look there, "
                + $"{100 * cluster.Others:0} % of those of other classes."
        );
}
