using System.Globalization;
using Explain.Evaluation.Clusters;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>A figure of a cluster.</summary>
/// <param name="Name">A short name, as it heads a column.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Of">The figure, 0..1; not a number where nothing can be said.</param>
internal sealed record ClusterFigure(string Name, string Meaning, Func<ClassCluster, double> Of)
{
    /// <summary>It as text.</summary>
    public string Text(ClassCluster cluster) =>
        Of(cluster) is var value && double.IsNaN(value) ? "-" : value.ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>Every figure of a cluster.</summary>
internal static class ClusterFigures
{
    /// <summary>In the order of the table.</summary>
    // csharpier-ignore
    public static IReadOnlyList<ClusterFigure> All { get; } =
    [
        new("suspicion", "(own − others) × likeness; ! where neither chance nor objects explain it", c => c.Suspicion),
        new("own",       "share of the class's maps that look like the cluster's mean",               c => c.Own),
        new("others",    "share of the maps of all other classes that do",                            c => c.Others),
        new("likeness",  "mean cosine between two of its maps: near 1 they look at one place",         c => c.Likeness),
        new("purity",    "share of its pictures that are of the class; the others are taken for it",  c => c.Purity),
        new("inside",    "share of its heat that is in objects, where they are known",                c => c.Inside),
    ];
}
