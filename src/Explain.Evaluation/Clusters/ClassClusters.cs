using System.Numerics.Tensors;
using Explain.Evaluation.Statistics;

namespace Explain.Evaluation.Clusters;

/// <summary>
/// Clusters of the maps of each class, held against the maps of all other classes: where all classes look at one place, as at the middle
/// of pictures whose objects are there, none is suspicious.
/// </summary>
public static class ClassClusters
{
    /// <summary>The cosine to a cluster's mean from which on a map looks at the same.</summary>
    public const double Same = 0.75;

    /// <summary>The probability of chance, over all clusters together, below which it is ruled out.</summary>
    public const double Chance = 0.001;

    private const double LeastSuspicion = 0.05;
    private const double OnObjects = 0.5;

    /// <summary>Finds them.</summary>
    /// <param name="maps">The maps of all classes.</param>
    /// <returns>The most suspicious first, then the largest.</returns>
    public static IReadOnlyList<ClassCluster> Of(IReadOnlyList<ClassMap> maps)
    {
        var classes = maps.ToLookup(m => m.Class);
        var found = classes.OrderBy(c => c.Key).SelectMany(c => Clusters(c.Key, [.. c])).ToArray();
        return
        [
            .. found
                .AsParallel()
                .AsOrdered()
                .Select(cluster => Judged(cluster, classes, found.Length))
                .OrderByDescending(c => c.IsSuspicious)
                .ThenByDescending(c => c.IsSuspicious ? c.Suspicion : 0)
                .ThenByDescending(c => c.Maps.Count)
                .ThenBy(c => c.Class),
        ];
    }

    private static IEnumerable<ClassCluster> Clusters(int index, ClassMap[] maps) =>
        MapClustering
            .Of([.. maps.Select(m => m.Shares)])
            .Clusters.Select(c => new ClassCluster(
                index,
                [.. c.Members.Select(m => maps[m])],
                c.Mean,
                c.Likeness,
                MapRegion.Of(c.Mean)!.Value
            ));

    private static ClassCluster Judged(ClassCluster cluster, ILookup<int, ClassMap> classes, int tests)
    {
        var sum = Sum(cluster.Maps);
        var members = cluster.Maps.ToHashSet(ReferenceEqualityComparer.Instance);
        ClassMap[] own = [.. classes[cluster.Class]];
        ClassMap[] others = [.. classes.Where(c => c.Key != cluster.Class).SelectMany(c => c)];
        // A member is no witness for itself.
        var (hits, otherHits) = (
            own.Count(m => LooksAt(m, members.Contains(m) ? Without(sum, m) : sum)),
            others.Count(m => LooksAt(m, sum))
        );
        var judged = cluster with { Own = hits / (double)own.Length, Others = otherHits / (double)others.Length };
        return judged with
        {
            IsSuspicious =
                others.Length > 0
                && judged.Suspicion >= LeastSuspicion
                && !(judged.Inside >= OnObjects)
                && tests * ExactTests.Fisher(hits, own.Length, otherHits, others.Length) < Chance,
        };
    }

    private static bool LooksAt(ClassMap map, float[] sum) => MapClustering.Cosine(map.Shares, sum) >= Same;

    private static float[] Sum(IEnumerable<ClassMap> maps)
    {
        var sum = new float[SmallMap.Cells];
        foreach (var map in maps)
            TensorPrimitives.Add(sum, map.Shares, sum);
        return sum;
    }

    private static float[] Without(float[] sum, ClassMap map)
    {
        var rest = new float[sum.Length];
        TensorPrimitives.Subtract(sum, map.Shares, rest);
        return rest;
    }
}
