using System.Numerics.Tensors;
using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Clusters;

/// <summary>Maps that are alike.</summary>
/// <param name="Members">Their numbers, ascending.</param>
/// <param name="Mean">The mean of their shares, as of <see cref="SmallMap"/>.</param>
/// <param name="Likeness">
/// The mean cosine between two of them, 0..1: near 1 they look at one place that is fixed in the picture; 1 for a single one.
/// </param>
public sealed record MapCluster(IReadOnlyList<int> Members, float[] Mean, double Likeness);

/// <summary>
/// Maps in clusters, as spectral relevance analysis has them (Lapuschkin et al. 2019, Unmasking Clever Hans predictors): a graph of the
/// nearest neighbours, the eigenvectors of its Laplacian, as many clusters as the largest gap of its eigenvalues says, k-means among
/// them. Clusters whose means are alike are one: the neighbours of maps that differ in noise alone are chance. The same maps in the same
/// order always give the same clusters.
/// </summary>
/// <param name="Clusters">Largest first; maps without heat are in none.</param>
/// <param name="Compared">How many maps were compared with each other; the others were put into the cluster whose mean is nearest.</param>
/// <param name="Eigenvalues">The smallest of the Laplacian, ascending; none for too few maps.</param>
public sealed record MapClustering(IReadOnlyList<MapCluster> Clusters, int Compared, IReadOnlyList<double> Eigenvalues)
{
    /// <summary>The most maps that are compared with each other: time grows with their cube.</summary>
    public const int MostCompared = 1000;

    /// <summary>The most clusters.</summary>
    public const int MostClusters = 8;

    /// <summary>The fewest maps that are more than one cluster.</summary>
    public const int Fewest = 8;

    /// <summary>The cosine between two means from which on they are alike.</summary>
    public const double Alike = 0.9;

    /// <summary>Finds the clusters of maps.</summary>
    /// <param name="maps">As of <see cref="SmallMap"/>.</param>
    /// <param name="mostCompared">How many of them are compared with each other, drawn where there are more: always the same.</param>
    public static MapClustering Of(IReadOnlyList<float[]> maps, int mostCompared = MostCompared)
    {
        ArgumentNullException.ThrowIfNull(maps);
        int[] known = [.. Enumerable.Range(0, maps.Count).Where(i => maps[i].Any(share => share > 0))];
        float[][] directions = [.. known.Select(i => Direction(maps[i]))];
        var chosen = Chosen(known.Length, mostCompared);
        float[][] compared = [.. chosen.Select(i => directions[i])];
        if (compared.Length < Fewest)
            return new MapClustering(known.Length == 0 ? [] : [Cluster(maps, known)], compared.Length, []);

        var neighbours = (int)Math.Ceiling(Math.Log2(compared.Length));
        var embedding = SpectralEmbedding.Of(NeighbourGraph.Of(compared, neighbours), Math.Min(MostClusters, compared.Length / 2));
        var parts = chosen.Zip(KMeans.Of(embedding.Points, embedding.Points[0].Length)).GroupBy(p => p.Second, p => p.First);
        var clusters = Joined([.. parts.Select(part => part.ToList())], directions);
        float[][] means = [.. clusters.Select(c => Mean(c.Select(i => directions[i])))];
        foreach (var other in Enumerable.Range(0, known.Length).Except(chosen))
            clusters[Enumerable.Range(0, means.Length).MaxBy(c => Cosine(means[c], directions[other]))].Add(other);
        var sorted = clusters
            .Select(c => Cluster(maps, [.. c.Order().Select(i => known[i])]))
            .OrderByDescending(c => c.Members.Count)
            .ThenBy(c => c.Members[0]);
        return new MapClustering([.. sorted], compared.Length, embedding.Eigenvalues);
    }

    /// <summary>The cosine between two maps, 0..1; 0 where one has no heat.</summary>
    /// <param name="a">As of <see cref="SmallMap"/>.</param>
    /// <param name="b">The same.</param>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var lengths = TensorPrimitives.Norm(a) * TensorPrimitives.Norm(b);
        return lengths > 0 ? TensorPrimitives.Dot(a, b) / lengths : 0;
    }

    // The two that are most alike first, until none are.
    private static List<List<int>> Joined(List<List<int>> clusters, float[][] directions)
    {
        while (clusters.Count > 1)
        {
            float[][] means = [.. clusters.Select(c => Mean(c.Select(i => directions[i])))];
            var pairs = Enumerable.Range(0, means.Length).SelectMany(a => Enumerable.Range(0, a).Select(b => (First: b, Second: a)));
            var (first, second) = pairs.MaxBy(pair => Cosine(means[pair.First], means[pair.Second]));
            if (Cosine(means[first], means[second]) < Alike)
                break;
            clusters[first].AddRange(clusters[second]);
            clusters.RemoveAt(second);
        }
        return clusters;
    }

    private static int[] Chosen(int count, int most)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        var random = new RandomStream(0);
        for (var i = 0; i < most && count > most; i++)
        {
            var other = i + random.NextBelow(count - i);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }
        return [.. numbers.Take(most).Order()];
    }

    private static MapCluster Cluster(IReadOnlyList<float[]> maps, int[] members)
    {
        var count = (double)members.Length;
        var length = TensorPrimitives.Norm<float>(Mean(members.Select(i => Direction(maps[i]))));
        // The square of the mean's length is the mean cosine of all pairs, those of each with itself among them.
        var likeness = count == 1 ? 1 : Math.Clamp((count * length * length - 1) / (count - 1), 0, 1);
        return new MapCluster(members, Mean(members.Select(i => maps[i])), likeness);
    }

    private static float[] Direction(float[] map)
    {
        var direction = new float[map.Length];
        TensorPrimitives.Divide(map, TensorPrimitives.Norm<float>(map), direction);
        return direction;
    }

    private static float[] Mean(IEnumerable<float[]> maps)
    {
        var (mean, count) = (new float[SmallMap.Cells], 0);
        foreach (var map in maps)
        {
            TensorPrimitives.Add(mean, map, mean);
            count++;
        }
        TensorPrimitives.Divide(mean, count, mean);
        return mean;
    }
}
