using Explain.Evaluation.Clusters;

namespace Explain.Evaluation.Tests.Clusters;

/// <summary>Clusters of maps: each step where its result is known, and all of them on maps that were put together in groups.</summary>
public sealed class MapClusteringTests
{
    [Fact]
    public void EigenvaluesOfARingAreThoseOfTheClosedForm()
    {
        const int Nodes = 12;
        var ring = new double[Nodes, Nodes];
        for (var i = 0; i < Nodes; i++)
            (ring[i, (i + 1) % Nodes], ring[(i + 1) % Nodes, i]) = (1, 1);
        double[] expected = [.. Enumerable.Range(0, Nodes).Select(k => 1 - Math.Cos(2 * Math.PI * k / Nodes)).Order().Take(6)];
        Assert.Equal(expected, SpectralEmbedding.Of(ring, 5).Eigenvalues, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void PartsOfAGraphThatAreNotConnectedArePointsOfTheirOwn()
    {
        // Three complete graphs of three, four and five nodes.
        int[] part = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2];
        var affinity = new double[12, 12];
        for (var i = 0; i < 12; i++)
        {
            for (var j = 0; j < 12; j++)
                affinity[i, j] = i != j && part[i] == part[j] ? 1 : 0;
        }
        var points = SpectralEmbedding.Of(affinity, 6).Points;
        Assert.Equal(3, points[0].Length);
        for (var i = 0; i < 12; i++)
        {
            for (var j = 0; j < 12; j++)
                Assert.Equal(part[i] == part[j] ? 1 : 0, points[i].Zip(points[j], (a, b) => a * b).Sum(), 1e-9);
        }
    }

    [Fact]
    public void NeighboursAreMutualOnceOneIsNear()
    {
        // On a line of angles 0, 10, 21 and 60 degrees: the nearest of the last is the third, whose own nearest is the second.
        float[][] maps = [Angle(0), Angle(10), Angle(21), Angle(60)];
        var affinity = NeighbourGraph.Of(maps, 1);
        double[,] expected =
        {
            { 0, Cos(10), 0, 0 },
            { Cos(10), 0, Cos(11), 0 },
            { 0, Cos(11), 0, Cos(39) },
            { 0, 0, Cos(39), 0 },
        };
        for (var i = 0; i < 16; i++)
            Assert.Equal(expected[i / 4, i % 4], affinity[i / 4, i % 4], 1e-6);
    }

    [Fact]
    public void AMapThatHasNothingInCommonWithAnyOtherIsItsOwnNeighbour()
    {
        var affinity = NeighbourGraph.Of([Angle(0), Angle(10), [0, 0, 1]], 1);
        Assert.Equal((0.0, 0.0, 1.0), (affinity[2, 0], affinity[2, 1], affinity[2, 2]));
    }

    [Fact]
    public void KMeansFindsGroupsThatLieApart()
    {
        double[][] points =
        [
            [0, 0],
            [0, 1],
            [10, 0],
            [10, 1],
            [0, 10],
            [1, 10],
        ];
        var clusters = KMeans.Of(points, 3);
        Assert.Equal(clusters[0], clusters[1]);
        Assert.Equal(clusters[2], clusters[3]);
        Assert.Equal(clusters[4], clusters[5]);
        Assert.Equal(3, clusters.Distinct().Count());
    }

    [Theory]
    [InlineData(30, 12, 9)]
    [InlineData(20, 20, 20)]
    public void MapsOfThreePlacesAreThreeClusters(params int[] sizes)
    {
        (double Y, double X)[] places = [(2, 2), (13, 3), (8, 12)];
        var maps = new List<float[]>();
        var truth = new List<int>();
        for (var group = 0; group < sizes.Length; group++)
        {
            for (var i = 0; i < sizes[group]; i++)
            {
                maps.Add(Spots.At(places[group].Y, places[group].X, maps.Count, 0.5));
                truth.Add(group);
            }
        }
        var clustering = MapClustering.Of(maps);
        Assert.Equal(3, clustering.Clusters.Count);
        Assert.All(clustering.Clusters, c => Assert.Single(c.Members.Select(m => truth[m]).Distinct()));
        Assert.All(clustering.Clusters, c => Assert.InRange(c.Likeness, 0.8, 1));
        Assert.Equal(maps.Count, clustering.Compared);
    }

    [Fact]
    public void MapsThatLookAtOnePlaceAreOneCluster() =>
        Assert.Single(MapClustering.Of([.. Enumerable.Range(0, 40).Select(i => Spots.At(4, 11, i, 0.6))]).Clusters);

    [Fact]
    public void LikenessIsTheMeanCosineOfTwoMaps()
    {
        float[][] maps = [.. Enumerable.Range(0, 6).Select(i => Spots.At(8, 8, i, 3))];
        var pairs = Enumerable.Range(0, 6).SelectMany(i => Enumerable.Range(0, i).Select(j => MapClustering.Cosine(maps[i], maps[j])));
        Assert.Equal(pairs.Average(), Assert.Single(MapClustering.Of(maps).Clusters).Likeness, 1e-5);
    }

    [Fact]
    public void MapsWithoutHeatAreInNoCluster()
    {
        float[][] maps = [Spots.At(4, 4, 0, 0), new float[SmallMap.Cells], Spots.At(4, 4, 1, 0)];
        Assert.Equal([0, 2], Assert.Single(MapClustering.Of(maps).Clusters).Members);
        Assert.Empty(MapClustering.Of([new float[SmallMap.Cells]]).Clusters);
    }

    [Fact]
    public void WhatIsNotComparedGoesToTheNearestMean()
    {
        float[][] maps = [.. Enumerable.Range(0, 150).Select(i => i % 3 == 0 ? Spots.At(2, 2, i, 0.5) : Spots.At(12, 12, i, 0.5))];
        var clustering = MapClustering.Of(maps, 100);
        Assert.Equal(100, clustering.Compared);
        Assert.Equal(150, clustering.Clusters.Sum(c => c.Members.Count));
        Assert.All(clustering.Clusters, c => Assert.Single(c.Members.Select(m => m % 3 == 0).Distinct()));
    }

    [Fact]
    public void TheSameMapsGiveTheSameClusters()
    {
        float[][] maps = [.. Enumerable.Range(0, 50).Select(i => Spots.At(8, 8, i, 6))];
        var (first, second) = (MapClustering.Of(maps), MapClustering.Of(maps));
        Assert.Equal(first.Clusters.Select(c => c.Members), second.Clusters.Select(c => c.Members));
    }

    private static float[] Angle(double degrees) => [(float)Cos(degrees), (float)Cos(90 - degrees), 0];

    private static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);
}
