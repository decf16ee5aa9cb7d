using System.Numerics.Tensors;

namespace Explain.Evaluation.Clusters;

/// <summary>Which maps are among the nearest of each other.</summary>
internal static class NeighbourGraph
{
    /// <summary>
    /// The affinity of maps, symmetric [n, n]: their cosine where either is one of the other's nearest, else 0; a map that has nothing in
    /// common with any other is its own neighbour. Of maps that are equally near the first count.
    /// </summary>
    /// <param name="maps">Of length one.</param>
    /// <param name="neighbours">How many nearest ones count, less than there are maps.</param>
    public static double[,] Of(IReadOnlyList<float[]> maps, int neighbours)
    {
        var affinity = new double[maps.Count, maps.Count];
        var nearest = Enumerable.Range(0, maps.Count).AsParallel().AsOrdered().Select(i => Nearest(maps, i, neighbours)).ToArray();
        foreach (var (i, others) in nearest.Index())
        {
            foreach (var (j, cosine) in others)
                (affinity[i, j], affinity[j, i]) = (cosine, cosine);
        }
        return affinity;
    }

    private static (int Map, double Cosine)[] Nearest(IReadOnlyList<float[]> maps, int map, int neighbours)
    {
        (int Map, double Cosine)[] others =
        [
            .. Enumerable
                .Range(0, maps.Count)
                .Where(j => j != map)
                .Select(j => (j, (double)TensorPrimitives.Dot<float>(maps[map], maps[j])))
                .OrderByDescending(j => j.Item2)
                .Take(neighbours)
                .Where(j => j.Item2 > 0),
        ];
        return others.Length > 0 ? others : [(map, 1)];
    }
}
