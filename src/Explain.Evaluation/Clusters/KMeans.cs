using System.Numerics.Tensors;
using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Clusters;

/// <summary>Points around means (Lloyd 1982), begun far from each other (Arthur, Vassilvitskii 2007, k-means++).</summary>
internal static class KMeans
{
    private const int Starts = 10;
    private const int Rounds = 100;

    /// <summary>The cluster of each point, from 0: the best of some starts, always the same of the same points.</summary>
    /// <param name="points">Alike in length.</param>
    /// <param name="clusters">How many, not more than points; fewer where points are equal.</param>
    public static int[] Of(IReadOnlyList<double[]> points, int clusters)
    {
        if (clusters == 1)
            return new int[points.Count];
        return Enumerable
            .Range(0, Starts)
            .Select(start => Run(points, Begin(points, clusters, new RandomStream(0, (ulong)start))))
            .MinBy(run => run.Error)
            .Clusters;
    }

    private static (int[] Clusters, double Error) Run(IReadOnlyList<double[]> points, List<double[]> means)
    {
        var assigned = new int[points.Count];
        for (var round = 0; round < Rounds; round++)
        {
            int[] nearest = [.. points.Select(p => Enumerable.Range(0, means.Count).MinBy(c => Distance(p, means[c])))];
            if (round > 0 && nearest.AsSpan().SequenceEqual(assigned))
                break;
            assigned = nearest;
            for (var c = 0; c < means.Count; c++)
            {
                double[][] members = [.. points.Where((_, i) => assigned[i] == c)];
                if (members.Length > 0)
                    means[c] = Mean(members);
            }
        }
        return (assigned, points.Select((p, i) => Distance(p, means[assigned[i]])).Sum());
    }

    // Each next one is drawn by its squared distance from the nearest before.
    private static List<double[]> Begin(IReadOnlyList<double[]> points, int clusters, RandomStream random)
    {
        var means = new List<double[]> { points[random.NextBelow(points.Count)] };
        while (means.Count < clusters)
        {
            double[] distances = [.. points.Select(p => means.Min(m => Distance(p, m)))];
            var (left, next) = (random.NextDouble() * distances.Sum(), 0);
            while (next < points.Count - 1 && (left -= distances[next]) >= 0)
                next++;
            means.Add(points[next]);
        }
        return means;
    }

    private static double[] Mean(double[][] points)
    {
        var mean = new double[points[0].Length];
        foreach (var point in points)
            TensorPrimitives.Add(mean, point, mean);
        TensorPrimitives.Divide(mean, points.Length, mean);
        return mean;
    }

    private static double Distance(double[] a, double[] b)
    {
        var distance = TensorPrimitives.Distance<double>(a, b);
        return distance * distance;
    }
}
