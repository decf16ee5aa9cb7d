using System.Numerics.Tensors;

namespace Explain.Evaluation.Clusters;

/// <summary>Which maps are among the nearest of each other.</summary>
internal static class NeighbourGraph
{
    /// <summary>
    /// The affinity of maps, symmetric [n, n]: 1 where either is one of the other's nearest, else 0. Of maps that are equally near the
    /// first count.
    /// </summary>
    /// <param name="maps">Of length one.</param>
    /// <param name="neighbours">How many nearest ones count, less than there are maps.</param>
    public static double[,] Of(IReadOnlyList<float[]> maps, int neighbours)
    {
        var affinity = new double[maps.Count, maps.Count];
        var nearest = Enumerable.Range(0, maps.Count).AsParallel().AsOrdered().Select(i => Nearest(maps, i, neighbours)).ToArray();
        foreach (var (i, others) in nearest.Index())
        {
            foreach (var j in others)
                (affinity[i, j], affinity[j, i]) = (1, 1);
        }
        return affinity;
    }

    private static int[] Nearest(IReadOnlyList<float[]> maps, int map, int neighbours) =>
        [
            .. Enumerable
                .Range(0, maps.Count)
                .Where(j => j != map)
                .OrderByDescending(j => TensorPrimitives.Dot<float>(maps[map], maps[j]))
                .Take(neighbours),
        ];
}
