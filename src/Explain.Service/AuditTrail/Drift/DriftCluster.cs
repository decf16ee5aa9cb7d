using Explain.Evaluation.Clusters;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>Maps that are alike, of one class or of all: a reason of the model.</summary>
/// <param name="Newest">The newest map of the class, or of all.</param>
/// <param name="Maps">Those of the cluster, newest first, of the period and of what it is compared with.</param>
/// <param name="Recent">How many of them are of the period.</param>
/// <param name="RecentInAll">How many maps of the class, or of all, are of the period.</param>
/// <param name="ReferenceInAll">How many of them are of what it is compared with.</param>
/// <param name="Found">What the clustering says of it.</param>
internal sealed record DriftCluster(
    SampledMap Newest,
    IReadOnlyList<SampledMap> Maps,
    int Recent,
    int RecentInAll,
    int ReferenceInAll,
    MapCluster Found
)
{
    private const int MostClasses = 20;

    // Time grows with the cube of it.
    private const int MostCompared = 200;

    /// <summary>Its share of the maps of the period, 0..1.</summary>
    public double Share => Recent / (double)RecentInAll;

    /// <summary>The same of what it is compared with; null where there is nothing.</summary>
    public double? ReferenceShare => ReferenceInAll == 0 ? null : (Maps.Count - Recent) / (double)ReferenceInAll;

    /// <summary>How many maps are here beyond those that the share of before explains; 0 where that is not known.</summary>
    public double Excess => ReferenceShare is { } before ? Recent - before * RecentInAll : 0;

    /// <summary>The clusters of all maps, whatever their class; what has grown most comes first.</summary>
    public static IReadOnlyList<DriftCluster> OfAll(MapDrift drift, CancellationToken cancellation) =>
        drift.Recent.Count == 0 ? [] : Sorted(Of(All(drift), drift.Recent.Count, cancellation));

    /// <summary>The clusters of the classes that have most maps in the period; what has grown most comes first.</summary>
    public static IReadOnlyList<DriftCluster> OfClasses(MapDrift drift, CancellationToken cancellation) =>
        Sorted(
            All(drift)
                .GroupBy(m => (m.Map.Target, m.Map.Target is null ? m.Map.Label : null))
                .Select(g => (Maps: g.ToArray(), Recent: g.Count(m => m.IsRecent)))
                .Where(c => c.Recent > 0)
                .OrderByDescending(c => c.Recent)
                .Take(MostClasses)
                .SelectMany(c => Of(c.Maps, c.Recent, cancellation))
        );

    private static (SampledMap Map, bool IsRecent)[] All(MapDrift drift) =>
        [.. drift.Reference.Select(map => (map, false)), .. drift.Recent.Select(map => (map, true))];

    private static IReadOnlyList<DriftCluster> Sorted(IEnumerable<DriftCluster> clusters) =>
        [.. clusters.OrderByDescending(c => c.Excess).ThenByDescending(c => c.Recent)];

    private static IEnumerable<DriftCluster> Of((SampledMap Map, bool IsRecent)[] maps, int recent, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (var found in MapClustering.Of([.. maps.Select(m => m.Map.Shares)], MostCompared).Clusters)
        {
            yield return new DriftCluster(
                maps[^1].Map,
                [.. found.Members.Reverse().Select(i => maps[i].Map)],
                found.Members.Count(i => maps[i].IsRecent),
                recent,
                maps.Length - recent,
                found
            );
        }
    }
}
