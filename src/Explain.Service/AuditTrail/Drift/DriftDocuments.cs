using Explain.Evaluation.Clusters;
using Explain.Evaluation.Drift;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>How far the maps of a model have drifted, and which ones are behind it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">The method.</param>
/// <param name="Recent">Maps of the period that was asked for.</param>
/// <param name="Reference">Maps that they are compared with, of the week of the reference as far as it is before the period.</param>
/// <param name="CentroidShift">How far the mean centroids are apart, in sides of the picture, 0..√2; null where one is not known.</param>
/// <param name="Agreement">What the mean maps have in common, Σ min(p, q): 1 for the same, 0 for maps that never meet; null where one is
/// not known.</param>
/// <param name="Farthest">Path of the 12 explanations of the period whose maps have least in common with the mean of the reference, with
/// their pictures where they are kept; null without either.</param>
/// <param name="Clusters">Maps that are alike, whatever their class; what has grown most comes first.</param>
/// <param name="ClassClusters">The same of each of the classes that have most maps.</param>
public sealed record DriftDocument(
    string Model,
    string Method,
    MapsDocument Recent,
    MapsDocument Reference,
    double? CentroidShift,
    double? Agreement,
    string? Farthest,
    IReadOnlyList<ClusterDocument> Clusters,
    IReadOnlyList<ClusterDocument> ClassClusters
)
{
    private const int Shown = 12;

    internal static DriftDocument Of(DriftAnswer answer, HttpContext http)
    {
        var drift = answer.Maps;
        var (_, recent, reference) = drift.Figures();
        string[] farthest = [.. drift.Farthest(reference).Take(Shown)];
        return new DriftDocument(
            drift.Question.Model,
            drift.Question.Method,
            MapsDocument.Of(recent, drift.RecentPeriod),
            MapsDocument.Of(reference, drift.ReferencePeriod),
            recent.Shift(reference),
            recent.Agreement(reference),
            farthest.Length == 0 ? null : ExplanationLink.Of(http, farthest),
            [.. answer.Clusters.Select(c => ClusterDocument.Of(c, null, http))],
            [.. answer.ClassClusters.Select(c => ClusterDocument.Of(c, c.Newest, http))]
        );
    }
}

/// <summary>Where maps of a period look.</summary>
/// <param name="From">When the period begins; null when there is none.</param>
/// <param name="To">When it ends.</param>
/// <param name="Maps">How many maps these figures are of: a sample, where there are many.</param>
/// <param name="ConstantShare">The share of those that are the same everywhere, or without a positive value, 0..1; all that follows is of
/// the others, and null where there are none.</param>
/// <param name="BorderShare">The share of their positive part in the outermost eighth of the picture on each side, 0..1.</param>
/// <param name="Entropy">Of the shares of the places: 0 for one place, 1 for a map that is the same everywhere.</param>
/// <param name="CentroidX">Their centre: 0 at the left, 1 at the right.</param>
/// <param name="CentroidY">Their centre: 0 at the top, 1 at the bottom.</param>
/// <param name="Mean">Their mean on a grid of 16×16 places, row by row: the share of the positive part in each.</param>
public sealed record MapsDocument(
    DateTime? From,
    DateTime? To,
    int Maps,
    double? ConstantShare,
    double? BorderShare,
    double? Entropy,
    double? CentroidX,
    double? CentroidY,
    IReadOnlyList<float>? Mean
)
{
    internal static MapsDocument Of(MapSummary summary, Period? period) =>
        new(
            period?.From,
            period?.To,
            summary.Maps,
            summary.ConstantShare,
            summary.Figures?.Border,
            summary.Figures?.Entropy,
            summary.Figures?.CentroidX,
            summary.Figures?.CentroidY,
            summary.Mean is { } mean ? Rounded(mean) : null
        );

    internal static IReadOnlyList<float> Rounded(IEnumerable<float> shares) => [.. shares.Select(s => MathF.Round(s, 5))];
}

/// <summary>Maps that are alike.</summary>
/// <param name="Target">Their class; null where they are of all, or explain none.</param>
/// <param name="Label">Its label, if it has one.</param>
/// <param name="Maps">How many maps of the period are in it.</param>
/// <param name="Share">Their share of the maps of the period, of the class or of all, 0..1.</param>
/// <param name="ReferenceShare">The same of the reference; null where that has no map.</param>
/// <param name="BorderShare">The share of their mean in the outermost eighth of the picture on each side, 0..1.</param>
/// <param name="CentroidX">Their centre: 0 at the left, 1 at the right.</param>
/// <param name="CentroidY">Their centre: 0 at the top, 1 at the bottom.</param>
/// <param name="Likeness">The mean cosine of two of them: near 1 they look at one place of the picture.</param>
/// <param name="Mean">Their mean, on the grid of the others.</param>
/// <param name="Explanations">Ids of the newest explanations in it, at most 50.</param>
/// <param name="Link">Path of those, with their pictures where they are kept.</param>
public sealed record ClusterDocument(
    int? Target,
    string? Label,
    int Maps,
    double Share,
    double? ReferenceShare,
    double BorderShare,
    double CentroidX,
    double CentroidY,
    double Likeness,
    IReadOnlyList<float> Mean,
    IReadOnlyList<string> Explanations,
    string Link
)
{
    internal static ClusterDocument Of(DriftCluster cluster, SampledMap? target, HttpContext http)
    {
        var figures = MapFigures.Of(cluster.Found.Mean);
        string[] ids = [.. cluster.Maps.Select(m => m.Explanation).Distinct().Take(AuditTrailQuery.UsualLimit)];
        return new ClusterDocument(
            target?.Target,
            target?.Label,
            cluster.Recent,
            cluster.Share,
            cluster.ReferenceShare,
            figures.Border,
            figures.CentroidX,
            figures.CentroidY,
            cluster.Found.Likeness,
            MapsDocument.Rounded(cluster.Found.Mean),
            ids,
            ExplanationLink.Of(http, ids)
        );
    }
}
